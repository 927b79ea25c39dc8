import type { DetectLocal } from "../config/proxy-config.ts";
import type { Family } from "../net/ip.ts";
import { type Problem, problems } from "../problem.ts";
import { unreachable } from "../unreachable.ts";
import type { LocalNode } from "./local-node.ts";
import type { LocalTraffic } from "./model.ts";

/**
 * How pod traffic is recognised in a family; undefined when there is no CIDR of the family. Only the first CIDR of a
 * family counts.
 *
 * Source: spec section 5.4; cases 71 to 75.
 */
export function resolveLocalTraffic(
	detect: DetectLocal,
	node: LocalNode,
	family: Family,
	found: Problem[],
): LocalTraffic | undefined {
	switch (detect.mode) {
		case "ClusterCIDR": {
			const cidr = detect.cidrs.find((candidate) => candidate.family === family);
			return cidr && { kind: "source", cidr };
		}
		case "NodeCIDR": {
			const cidr = node.podCIDRs.find((candidate) => candidate.family === family);
			if (cidr === undefined) {
				const object = { kind: "Node", name: node.name };
				found.push(problems.POD_CIDR_MISSING({ object, path: "spec.podCIDRs" }, family === "ipv4" ? "IPv4" : "IPv6"));
			}
			return cidr && { kind: "source", cidr };
		}
		case "BridgeInterface":
			return { kind: "interface", name: detect.name, isPrefix: false };
		case "InterfaceNamePrefix":
			return { kind: "interface", name: detect.prefix, isPrefix: true };
		default:
			return unreachable(detect);
	}
}
