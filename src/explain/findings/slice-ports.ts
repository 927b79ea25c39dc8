import { list, plural } from "../../diff/words.ts";
import type { ServicePort } from "../../model/service-port.ts";
import type { EndpointPort, EndpointSlice, Service } from "../../snapshot/snapshot.ts";
import type { Finding } from "../finding.ts";
import type { PortView } from "./port-view.ts";
import { finding, type PortFinder, type Subject } from "./subject.ts";
import { shown, verb } from "./words.ts";

/** Slices with endpoints that have no port for a service port. */
export const slicePorts: PortFinder = (view, subject) => {
	const isError = !view.port.selection.hasEndpoints;
	return unfit(view, subject)
		.filter((slice) => (isError && isMismatched(view, subject)) || isStrange(slice, subject.service))
		.map((slice) => mismatch(view, slice, isError));
};

/** Whether it is for want of a port in the slices that a service port has no endpoints. */
export function isMismatched(view: PortView, subject: Subject): boolean {
	return view.port.endpoints.length === 0 && unfit(view, subject).length > 0;
}

/** Slices of the family with endpoints none of which were looked at. */
function unfit({ port }: PortView, { slices }: Subject): readonly EndpointSlice[] {
	const wanted = port.excludedSlices.filter(
		({ reason, endpoints }) => reason !== "other-address-type" && endpoints > 0,
	);
	if (wanted.length === 0) return [];
	const byName = new Map(slices.map((slice) => [slice.name, slice]));
	return wanted.flatMap(({ slice }) => byName.get(slice) ?? []);
}

/** Of several slices each may have another port of the Service; one that has a port of none is odd. */
function isStrange({ ports }: EndpointSlice, { ports: own }: Service): boolean {
	return !ports.some((port) => own.some(({ name, protocol }) => name === port.name && protocol === port.protocol));
}

function mismatch({ port, where }: PortView, slice: EndpointSlice, isError: boolean): Finding {
	const result = isError
		? "clients are refused"
		: `its ${plural(slice.endpoints.length, "endpoint")} ${verb(slice.endpoints.length, "gets", "get")} no connections of this port`;
	const sliceName = `${slice.namespace}/${slice.name}`;
	const severity = isError ? "error" : "warning";
	const wanted = `${port.portName === "" ? "without a name" : `named ${shown(port.portName)}`} (${port.protocol.toUpperCase()})`;
	const sameName = slice.ports.filter(({ name }) => name === port.portName);
	const expected = `Expected a port ${wanted} in slice ${sliceName} for ${port.name}${where}`;
	if (sameName.some(({ protocol }) => protocol === port.protocol)) {
		const message = `${expected} with a number, found none: kube-proxy skips such ports, so ${result}. Write the number into the slice.`;
		return finding("PORT_WITHOUT_NUMBER", severity, message, port);
	}
	if (sameName.length > 0) {
		const protocols = list(sameName.map(({ protocol }) => protocol.toUpperCase()));
		const message = `${expected}, found that name with ${protocols}: ${result}. Use the same protocol in both.`;
		return finding("PORT_PROTOCOL_MISMATCH", severity, message, port);
	}
	const found = slice.ports.length === 0 ? "no port at all" : list(slice.ports.map(portInWords));
	return finding(
		"PORT_NAME_MISMATCH",
		severity,
		`${expected}, found ${found}: ${result}. ${adviceFor(slice, port)}`,
		port,
	);
}

function portInWords({ name, protocol }: EndpointPort): string {
	if (name === undefined) return `a port whose name is not set (${protocol.toUpperCase()})`;
	return `${name === "" ? "a port without a name" : shown(name)} (${protocol.toUpperCase()})`;
}

function adviceFor({ ports }: EndpointSlice, { portName }: ServicePort): string {
	if (ports.length === 0) return "If targetPort is a name, check that the pods declare it.";
	const isUnset = portName === "" && ports.every(({ name }) => name === undefined);
	return isUnset ? 'Write name: "" into the slice.' : "Use the same name in both.";
}
