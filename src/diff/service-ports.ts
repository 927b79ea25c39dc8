import { nameInComment } from "../kube/comment.ts";
import type { NodeState } from "../lang/node-state.ts";

/** Service ports that rules of a node name, in origins or comments. */
export function servicePortsIn({ iptables, virtualServers }: NodeState): readonly string[] {
	const names = new Set<string>();
	for (const { rules } of iptables ?? []) {
		for (const rule of rules) {
			const name = rule.origin?.subject ?? nameInComment(rule);
			if (name !== undefined) names.add(name);
		}
	}
	for (const { origin } of virtualServers ?? []) if (origin?.subject !== undefined) names.add(origin.subject);
	return [...names];
}
