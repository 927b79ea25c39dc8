import type { Behaviour } from "../config/kube-version.ts";
import { type Family, familyOf, hostPort } from "../net/ip.ts";
import { type Problem, problems } from "../problem.ts";
import type { EndpointPort, EndpointSlice, ServicePortSpec, SliceEndpoint } from "../snapshot/snapshot.ts";
import type { Endpoint } from "./endpoint.ts";
import type { ExcludedSlice } from "./service-port.ts";

/** What all slices of a Service say about one of its ports. */
export interface GatheredEndpoints {
	/** Each address once, sorted by it (bytewise). */
	readonly endpoints: readonly Endpoint[];
	/** Sorted in the same way. */
	readonly duplicates: readonly Endpoint[];
	readonly excludedSlices: readonly ExcludedSlice[];
}

/** What gathering depends on beside the slices. */
export interface GatherContext {
	readonly family: Family;
	readonly nodeName: string;
	readonly behaviour: Behaviour;
	readonly problems: Problem[];
}

/**
 * Collects the endpoints of one service port. A slice's port belongs to it when name and protocol are equal; the
 * number may differ from slice to slice.
 *
 * kube-proxy merges slices in random order, which shows when copies of one address disagree (case 60). Here the order
 * is that of `slices`, which are sorted by name.
 *
 * Source: spec sections 3.1 to 3.3.
 */
export function gatherEndpoints(
	port: ServicePortSpec,
	slices: readonly EndpointSlice[],
	context: GatherContext,
): GatheredEndpoints {
	const copies: Endpoint[] = [];
	const excludedSlices: ExcludedSlice[] = [];
	for (const slice of slices) {
		const ports = usablePorts(port, slice, context.family);
		if (typeof ports === "string") {
			excludedSlices.push({ slice: slice.name, reason: ports, endpoints: slice.endpoints.length });
			continue;
		}
		for (const number of ports) {
			for (const endpoint of slice.endpoints) copies.push(endpointOf(endpoint, number, slice.name, context));
		}
	}
	const { endpoints, duplicates } = eachOnce(copies.sort(byAddressText), context.behaviour);
	return { endpoints: withoutRefused(endpoints, port, slices, context), duplicates, excludedSlices };
}

function usablePorts(
	port: ServicePortSpec,
	slice: EndpointSlice,
	family: Family,
): readonly number[] | ExcludedSlice["reason"] {
	if (slice.addressType !== (family === "ipv4" ? "IPv4" : "IPv6")) return "other-address-type";
	const named = slice.ports.filter(({ name, protocol }) => name === port.name && protocol === port.protocol);
	if (named.length === 0) return "no-such-port";
	const numbers = named.flatMap(({ port: number }: EndpointPort) => number ?? []);
	return numbers.length === 0 ? "port-without-number" : numbers;
}

function endpointOf(endpoint: SliceEndpoint, port: number, slice: string, context: GatherContext): Endpoint {
	const ip = context.behaviour.addressesAsWritten ? endpoint.address : endpoint.ip;
	return {
		address: hostPort(ip, port),
		ip,
		canonicalIP: endpoint.ip,
		port,
		isLocal: endpoint.nodeName !== undefined && endpoint.nodeName !== "" && endpoint.nodeName === context.nodeName,
		isReady: endpoint.isReady,
		isServing: endpoint.isServing,
		isTerminating: endpoint.isTerminating,
		zoneHints: endpoint.zoneHints,
		nodeHints: endpoint.nodeHints,
		nodeName: endpoint.nodeName,
		pod: endpoint.pod,
		slice,
	};
}

/** Of several copies of an address the one that counts. The copies are sorted by address, those of one in the order of the slices. */
function eachOnce(
	copies: readonly Endpoint[],
	behaviour: Behaviour,
): Pick<GatheredEndpoints, "endpoints" | "duplicates"> {
	const endpoints: Endpoint[] = [];
	const duplicates: Endpoint[] = [];
	for (const endpoint of copies) {
		const earlier = endpoints.at(-1);
		if (earlier === undefined || earlier.address !== endpoint.address) endpoints.push(endpoint);
		else if (replaces(endpoint, behaviour)) {
			duplicates.push(earlier);
			endpoints[endpoints.length - 1] = endpoint;
		} else duplicates.push(endpoint);
	}
	return { endpoints, duplicates };
}

function replaces(later: Endpoint, behaviour: Behaviour): boolean {
	return behaviour.duplicateThatReplaces === "local" ? later.isLocal : !later.isTerminating;
}

function byAddressText(a: Endpoint, b: Endpoint): number {
	if (a.address === b.address) return 0;
	return a.address < b.address ? -1 : 1;
}

/** Leaves out what 1.30 would copy into the rules although iptables cannot read it: one such rule costs all others. */
function withoutRefused(
	endpoints: readonly Endpoint[],
	port: ServicePortSpec,
	slices: readonly EndpointSlice[],
	context: GatherContext,
): readonly Endpoint[] {
	if (!context.behaviour.addressesAsWritten) return endpoints;
	return endpoints.filter((endpoint) => {
		if (endpoint.ip === endpoint.canonicalIP || isReadableV6(endpoint)) return true;
		const object = { kind: "EndpointSlice", namespace: slices[0]?.namespace, name: endpoint.slice };
		const path = `endpoints: port ${port.name === "" ? port.port : port.name}`;
		context.problems.push(problems.ADDRESS_REFUSED({ object, path }, endpoint.ip));
		return false;
	});
}

/** iptables reads every spelling of IPv6 but a dotted end with leading zeros (`64:ff9b::192.0.2.001`). */
function isReadableV6({ ip, canonicalIP }: Endpoint): boolean {
	return familyOf(canonicalIP) === "ipv6" && !/[:.]0\d+(?:\.|$)/.test(ip.includes(".") ? ip : "");
}
