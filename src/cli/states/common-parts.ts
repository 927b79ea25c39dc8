import type { NodeState } from "../../lang/node-state.ts";

/** What can be compared of a node, and what it is called. */
export const PART_NAMES = {
	iptables: "rules of iptables",
	virtualServers: "virtual servers",
	sets: "sets",
	dummyIPs: "addresses of kube-ipvs0",
	nft: "rules of nftables",
} as const;

const PARTS = ["iptables", "virtualServers", "sets", "dummyIPs", "nft"] as const;

/** The parts of which a state knows something. */
export function knownParts(state: NodeState): readonly (keyof typeof PART_NAMES)[] {
	return PARTS.filter((part) => state[part] !== undefined);
}

/** Whether something is known on both sides. */
export function haveCommonPart(old: NodeState, current: NodeState): boolean {
	return knownParts(old).some((part) => current[part] !== undefined);
}
