// @ts-check
import { address, metadata } from "./cluster.js";
import { ZONES } from "./make-slices.js";

/**
 * A Node.
 *
 * @param {import("./cluster.js").Cluster} cluster
 * @param {string} name
 * @param {number} index
 */
export function makeNode(cluster, name, index) {
	const podCIDR = `${address("10.128.0.0", 256 * index)}/24`;
	const labels = {
		"kubernetes.io/hostname": name,
		"kubernetes.io/os": "linux",
		"topology.kubernetes.io/zone": ZONES[index % ZONES.length] ?? "",
	};
	return {
		apiVersion: "v1",
		kind: "Node",
		metadata: metadata(cluster, { name, labels }),
		spec: { podCIDR, podCIDRs: [podCIDR] },
		status: {
			addresses: [
				{ address: address("10.0.0.10", index), type: "InternalIP" },
				{ address: name, type: "Hostname" },
			],
		},
	};
}
