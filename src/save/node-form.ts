import { isFields } from "../fields/fields.ts";
import { address, type Form, list, name, network, oneOf, record, version } from "./forms.ts";
import { clusterWide } from "./metadata-forms.ts";
import type { Words } from "./words.ts";

/** What an anonymized snapshot keeps of a Node: an address of another type than these is a host name. */
export const NODE: Form = record({
	metadata: clusterWide("node", {
		labels: record({ "kubernetes.io/hostname": name("node"), "topology.kubernetes.io/zone": name("zone") }),
	}),
	spec: record({ podCIDR: network, podCIDRs: list(network) }),
	status: record({
		addresses: list(ipAddress),
		nodeInfo: record({ kernelVersion: version, kubeletVersion: version, kubeProxyVersion: version }),
	}),
});

/** What an anonymized snapshot keeps of a ServiceCIDR. */
export const SERVICE_CIDR: Form = record({
	metadata: clusterWide("serviceCIDR"),
	spec: record({ cidrs: list(network) }),
});

const IP_ADDRESS = record({ type: oneOf("InternalIP", "ExternalIP"), address });

function ipAddress(value: unknown, words: Words): unknown {
	const kept = IP_ADDRESS(value, words);
	return isFields(kept) && Object.keys(kept).length === 2 ? kept : undefined;
}
