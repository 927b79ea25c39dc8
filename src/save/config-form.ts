import { FEATURE_GATES } from "../config/kube-version.ts";
import { address, always, type Form, list, network, number, oneOf, record, truth } from "./forms.ts";
import type { Words } from "./words.ts";

/** `0s`, `1h30m` */
const duration: Form = (value) =>
	typeof value === "string" && /^(?:\d{1,9}(?:\.\d{1,9})?(?:h|ms|m|s|us|µs|ns)?){1,8}$/.test(value) ? value : undefined;

const IPTABLES = record({
	localhostNodePorts: truth,
	masqueradeAll: truth,
	masqueradeBit: number,
	minSyncPeriod: duration,
	syncPeriod: duration,
});

/** What an anonymized snapshot keeps of a KubeProxyConfiguration that kube-proxy would accept. */
export const PROXY_CONFIG: Form = record({
	apiVersion: oneOf("kubeproxy.config.k8s.io/v1alpha1"),
	kind: oneOf("KubeProxyConfiguration"),
	bindAddress: address,
	clusterCIDR,
	conntrack: record({ tcpBeLiberal: truth }),
	detectLocal: record({ bridgeInterface: always("bridge0"), interfaceNamePrefix: always("pod") }),
	detectLocalMode: oneOf("ClusterCIDR", "NodeCIDR", "BridgeInterface", "InterfaceNamePrefix", ""),
	featureGates: record(Object.fromEntries(FEATURE_GATES.map((gate) => [gate, truth]))),
	hostnameOverride,
	iptables: IPTABLES,
	ipvs: record({
		excludeCIDRs: list(network),
		minSyncPeriod: duration,
		scheduler,
		strictARP: truth,
		syncPeriod: duration,
		tcpFinTimeout: duration,
		tcpTimeout: duration,
		udpTimeout: duration,
	}),
	mode: oneOf("iptables", "ipvs", "nftables", ""),
	nftables: IPTABLES,
	nodePortAddresses: list((value, words) => (value === "primary" ? value : network(value, words))),
});

/** One network, or one of each family with a comma between them. */
function clusterCIDR(value: unknown, words: Words): unknown {
	if (typeof value !== "string" || value === "") return undefined;
	return value
		.split(",")
		.map((part) => network(part, words))
		.join(",");
}

/** kube-proxy takes the name in lower case, without blanks around it. */
function hostnameOverride(value: unknown, words: Words): unknown {
	return typeof value === "string" ? words.name("node", value.trim().toLowerCase()) : undefined;
}

const SCHEDULERS = ["rr", "wrr", "lc", "wlc", "lblc", "lblcr", "sh", "dh", "sed", "nq", "mh", "fo", "ovf", "twos"];

/** Of one that the kernel does not come with, only that it is another one. */
function scheduler(value: unknown): unknown {
	if (typeof value !== "string" || value === "") return undefined;
	return SCHEDULERS.includes(value) ? value : "other";
}
