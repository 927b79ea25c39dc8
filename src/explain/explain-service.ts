import type { ExcludedService } from "../model/built-service.ts";
import type { Family } from "../net/ip.ts";
import type { Service } from "../snapshot/snapshot.ts";
import type { ExplainContext } from "./context.ts";
import type { EndpointRow, Unused } from "./endpoint-row.ts";
import { type PortInFamily, rowsOfPort } from "./endpoint-rows.ts";
import type { ServiceExplanation } from "./explanation.ts";
import { clusterIndex } from "./findings/cluster-index.ts";
import { findingsOf } from "./findings/findings.ts";
import { frontendsOf } from "./frontends.ts";
import { namesOf } from "./names.ts";
import { nftElementsOf, nftSetsOf } from "./nft-owned.ts";
import { chainsOf, entriesOf, serversOf } from "./owned.ts";
import { loadBalancerOf } from "./pool.ts";
import type { Prepared } from "./prepare.ts";
import { rowsOfHiddenSlices, rowsOfSlice, type ServiceSlices } from "./slice-rows.ts";
import { WITHOUT_RULES } from "./unused.ts";

/** What is asked about a Service. */
export interface ServiceQuestion {
	readonly service: Service;
	/** Names of the ports that are asked about; undefined: all. */
	readonly portNames: ReadonlySet<string> | undefined;
	readonly clusterDomain: string;
}

/** Explains a Service from the models and the rules that they became. */
export function explainService(
	context: ExplainContext,
	prepared: readonly Prepared[],
	{ service, portNames, clusterDomain }: ServiceQuestion,
): ServiceExplanation {
	const name = `${service.namespace}/${service.name}`;
	const ports = portsOf(prepared, service, portNames);
	const servicePorts = new Set(ports.map(({ port }) => port.name));
	const index = clusterIndex(context);
	const slices = { own: index.slices.get(name) ?? [], unlabelled: index.unlabelled.get(name) ?? [] };
	const reason = ports.length > 0 ? undefined : reasonWithoutRules(prepared, service);
	const [first] = prepared;
	return {
		kind: "service",
		name,
		service,
		node: first?.model.node.name ?? "",
		mode: first?.model.config.mode ?? "",
		withoutRules: reason && { code: reason, reason: WITHOUT_RULES[reason] },
		frontends: ports.flatMap(({ frontends }) => frontends),
		endpoints: reason === undefined ? rowsOf(ports, slices, prepared) : rowsWithoutRules(slices, reason),
		chains: chainsOf(prepared, servicePorts),
		servers: serversOf(prepared, servicePorts),
		entries: entriesOf(ports),
		elements: nftElementsOf(ports),
		clientSets: nftSetsOf(prepared, servicePorts),
		names: namesOf(service, { clusterDomain, slices: slices.own }),
		loadBalancer: loadBalancerOf(service, ports, context.snapshot.nodes),
		findings: findingsOf(context, [service]).filter(
			(finding) =>
				portNames === undefined || finding.servicePort === undefined || servicePorts.has(finding.servicePort),
		),
	};
}

function portsOf(
	prepared: readonly Prepared[],
	service: Service,
	portNames: ReadonlySet<string> | undefined,
): readonly PortInFamily[] {
	return prepared.flatMap((node) => {
		const own = node.model.servicePorts.filter(
			(port) =>
				port.service === service.name &&
				port.namespace === service.namespace &&
				(portNames === undefined || portNames.has(port.portName)),
		);
		return own.map((port) => ({ node, port, frontends: frontendsOf(port, node) }));
	});
}

/** The first family that says more than that it is another one's. */
function reasonWithoutRules(prepared: readonly Prepared[], { namespace, name }: Service): ExcludedService["reason"] {
	const reasons = prepared.flatMap(({ model }) =>
		model.excludedServices
			.filter((excluded) => excluded.service === name && excluded.namespace === namespace)
			.map(({ reason }) => reason),
	);
	return reasons.find((reason) => reason !== "other-family") ?? "other-family";
}

function rowsOf(
	ports: readonly PortInFamily[],
	slices: ServiceSlices,
	prepared: readonly Prepared[],
): readonly EndpointRow[] {
	const compiled = new Set(prepared.map(({ model }) => model.family));
	const served = new Set(ports.map(({ node }) => node.model.family));
	const elsewhere = new Set<Family>((["ipv4", "ipv6"] as const).filter((one) => served.has(one) || !compiled.has(one)));
	const rows = ports.flatMap((port) => rowsOfPort(port, slices.own, elsewhere));
	return [...rows, ...rowsOfHiddenSlices(slices, rows, compiled)];
}

function rowsWithoutRules(slices: ServiceSlices, code: ExcludedService["reason"]): readonly EndpointRow[] {
	const rows = slices.own.flatMap((slice) =>
		rowsOfSlice(slice, undefined, ({ isReady }): Unused => {
			if (code !== "headless") return { code, reason: WITHOUT_RULES[code] };
			const inDNS = isReady ? "DNS gives clients this address itself" : "DNS leaves it out until it is ready";
			return { code, reason: `no rules: ${inDNS}` };
		}),
	);
	return [...rows, ...rowsOfHiddenSlices({ ...slices, own: [] }, rows, new Set())];
}
