import { nameInComment } from "../kube/comment.ts";
import type { NodeState } from "../lang/node-state.ts";
import { indexNft } from "./nft/index.ts";
import { findNftOwners } from "./nft/owner.ts";
import { SHARED } from "./owner.ts";

/** Service ports that rules of a node name, in origins or comments. */
export function servicePortsIn(state: NodeState): readonly string[] {
	const { iptables, virtualServers } = state;
	const names = new Set<string>();
	for (const { rules } of iptables ?? []) {
		for (const rule of rules) {
			const name = rule.origin?.subject ?? nameInComment(rule);
			if (name !== undefined) names.add(name);
		}
	}
	for (const { origin } of virtualServers ?? []) if (origin?.subject !== undefined) names.add(origin.subject);
	const nft = indexNft(state);
	const owners = findNftOwners([nft]);
	for (const { name, elements } of nft.sets.values()) {
		for (const element of elements) names.add(owners.ofElement(name, element));
	}
	names.delete(SHARED);
	return [...names];
}
