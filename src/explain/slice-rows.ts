import type { ServicePort } from "../model/service-port.ts";
import { type Family, familyOf } from "../net/ip.ts";
import type { EndpointSlice, SliceEndpoint } from "../snapshot/snapshot.ts";
import type { EndpointRow, Unused } from "./endpoint-row.ts";
import { HIDDEN_SLICES } from "./unused.ts";

/** The slices that have to do with a Service. */
export interface ServiceSlices {
	/** Those that name it in their label. */
	readonly own: readonly EndpointSlice[];
	/** Those without that label whose names begin with its name. */
	readonly unlabelled: readonly EndpointSlice[];
}

/** The endpoints of a slice that a service port, or nobody, could use. */
export function rowsOfSlice(
	slice: EndpointSlice,
	servicePort: Pick<ServicePort, "name" | "protocol"> | undefined,
	unusedOf: (endpoint: SliceEndpoint) => Unused,
): readonly EndpointRow[] {
	const numbers = servicePort === undefined ? slice.ports.flatMap(({ port }) => port ?? []) : [];
	const ports = numbers.length === 0 ? [undefined] : numbers;
	return slice.endpoints.flatMap((endpoint) => {
		const { ip, nodeName, pod, furtherAddresses: further } = endpoint;
		const known = {
			family: familyOf(ip),
			servicePort: servicePort?.name,
			protocol: servicePort?.protocol,
			address: ip,
			isUsed: false,
			by: [],
			unused: unusedOf(endpoint),
		};
		return ports.map(
			(port): EndpointRow => ({
				...known,
				port,
				nodeName,
				pod,
				slice: slice.name,
				furtherAddresses: further,
				shares: [],
			}),
		);
	});
}

/** Endpoints of slices that no service port looked at, and why. */
export function rowsOfHiddenSlices(
	{ own, unlabelled }: ServiceSlices,
	rows: readonly EndpointRow[],
	families: ReadonlySet<Family>,
): readonly EndpointRow[] {
	const seen = new Set(rows.map(({ slice, address }) => `${slice} ${address}`));
	const hidden = own.flatMap((slice) => {
		const left = slice.endpoints.filter(({ ip }) => families.has(familyOf(ip)) && !seen.has(`${slice.name} ${ip}`));
		return rowsOfSlice({ ...slice, endpoints: left }, undefined, () => because(hiding(slice)));
	});
	return [
		...hidden,
		...unlabelled.flatMap((slice) => rowsOfSlice(slice, undefined, () => because("slice-without-label"))),
	];
}

function hiding({ hasProxyName, isLabelledHeadless }: EndpointSlice): keyof typeof HIDDEN_SLICES {
	if (isLabelledHeadless) return "slice-of-headless";
	return hasProxyName ? "slice-of-other-proxy" : "refused";
}

function because(code: keyof typeof HIDDEN_SLICES): Unused {
	return { code, reason: HIDDEN_SLICES[code] };
}
