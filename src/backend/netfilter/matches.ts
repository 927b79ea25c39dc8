import type { Match } from "../../lang/iptables/ruleset.ts";
import type { Protocol } from "../../net/protocol.ts";

/** A comment. */
export function comment(text: string): Match {
	return { kind: "comment", text };
}

/** A protocol and, perhaps, a destination port. */
export function ports(protocol: Protocol, destinationPort?: number): Match {
	return { kind: "ports", protocol, destinationPort };
}

/** Packets to one of the node's own addresses. */
export const TO_THIS_NODE: Match = { kind: "addrtype", side: "destination", type: "LOCAL", isNegated: false };

/** Packets from one of the node's own addresses. */
export const FROM_THIS_NODE: Match = { kind: "addrtype", side: "source", type: "LOCAL", isNegated: false };
