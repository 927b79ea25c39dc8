import type { ExcludedService } from "../model/built-service.ts";
import type { Endpoint } from "../model/endpoint.ts";
import type { LocalNode } from "../model/local-node.ts";
import type { UnusedReason } from "../model/select-endpoints.ts";
import type { ExcludedSlice } from "../model/service-port.ts";
import type { Protocol } from "../net/protocol.ts";
import type { EndpointPort } from "../snapshot/snapshot.ts";
import type { Unused } from "./endpoint-row.ts";
import { shown } from "./findings/words.ts";
import { listed } from "./words.ts";

/** Why an endpoint was not selected, in words. */
export function unselected(endpoint: Endpoint, reason: UnusedReason, node: LocalNode): Unused {
	switch (reason) {
		case "not-ready":
			return { code: reason, reason: notReady(endpoint) };
		case "terminating":
			return { code: reason, reason: "it is terminating; it still serves, but others are ready, and those go first" };
		case "other-zone":
			return {
				code: reason,
				reason: `its hint keeps it for ${zones(endpoint.zoneHints)}; this node is in ${zones([node.zone])}`,
			};
		case "other-node":
			return { code: reason, reason: `its hint keeps it for node ${listed(endpoint.nodeHints.map(shown))}` };
		case "not-local":
			return { code: reason, reason: `only endpoints on this node may serve (policy Local), ${whereabouts(endpoint)}` };
	}
}

function notReady({ isTerminating }: Endpoint): string {
	return isTerminating
		? "it is terminating and no longer serves"
		: "it is not ready: its pod is starting, or its readiness probe fails";
}

function zones(names: readonly string[]): string {
	return names.join("") === "" ? "no zone that is known" : `zone ${listed(names.map(shown))}`;
}

function whereabouts({ nodeName }: Endpoint): string {
	return nodeName === undefined || nodeName === ""
		? "and its slice names no node"
		: `and it is on node ${shown(nodeName)}`;
}

/** Why another copy of an address stands for it. */
export function duplicated(winner: Endpoint | undefined): Unused {
	const slice = winner === undefined ? "another slice" : `slice ${winner.slice}`;
	return { code: "duplicate", reason: `the same address is in ${slice} too, and that copy counts` };
}

/** What a service port looks for in slices. */
interface Wanted {
	readonly portName: string;
	readonly protocol: Protocol;
}

/** Why a service port could not use a slice. */
export function unsuitable(reason: ExcludedSlice["reason"], wanted: Wanted, ports: readonly EndpointPort[]): Unused {
	const name = `${wanted.portName === "" ? "without a name" : `named ${wanted.portName}`} for ${wanted.protocol.toUpperCase()}`;
	switch (reason) {
		case "no-such-port":
			return { code: reason, reason: `its slice has no port ${name}; ${portsInWords(ports)}` };
		case "port-without-number":
			return { code: reason, reason: `its slice has a port ${name}, but the port has no number` };
		case "other-address-type":
			return { code: "other-family", reason: "the Service has no cluster IP of its family" };
	}
}

function portsInWords(ports: readonly EndpointPort[]): string {
	if (ports.length === 0) return "it has no ports";
	return `it has ${listed(
		ports.map(({ name, protocol, port }) => {
			const called = name === undefined || name === "" ? "without a name" : name;
			return `${called} (${port ?? "no number"}/${protocol.toUpperCase()})`;
		}),
	)}`;
}

/** Why a Service has no rules, and what that means. */
export const WITHOUT_RULES: Readonly<Record<ExcludedService["reason"], string>> = {
	headless: "headless: it has no address of its own, and DNS gives clients the addresses of its endpoints",
	"external-name": "type ExternalName: it is an alias in DNS, and nothing else",
	"no-cluster-ip": "it has no cluster IP: an API server would give it one",
	"other-proxy": "label service.kubernetes.io/service-proxy-name: it is another proxy's business",
	"headless-label": "label service.kubernetes.io/headless: kube-proxy passes it over",
	"other-family": "it has no cluster IP of this family",
};

/** Why kube-proxy never looked at a slice. */
export const HIDDEN_SLICES = {
	"slice-of-other-proxy":
		"its slice has the label service.kubernetes.io/service-proxy-name: it is another proxy's business",
	"slice-of-headless": "its slice has the label service.kubernetes.io/headless, so kube-proxy passes it over",
	"slice-without-label":
		"its slice belongs to no Service, although its name looks as if it did: it has no label kubernetes.io/service-name",
	refused: "iptables cannot read the address as its slice spells it",
} as const;
