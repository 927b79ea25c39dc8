/** Chains of one service port or endpoint: kube-proxy deletes those it does not need. */
const SERVICE_CHAIN = /^KUBE-(?:SVC|SVL|EXT|FW|SEP)-[A-Z2-7]{16}$/;

/** Whether a chain belongs to one service port, by its name. */
export function isServiceChain(chain: string): boolean {
	return chain.startsWith("KUBE-") && SERVICE_CHAIN.test(chain);
}

/** Shared chains of the iptables mode, with the canary. */
const IPTABLES_CHAINS: readonly string[] = [
	"KUBE-EXTERNAL-SERVICES",
	"KUBE-FIREWALL",
	"KUBE-FORWARD",
	"KUBE-MARK-MASQ",
	"KUBE-NODEPORTS",
	"KUBE-POSTROUTING",
	"KUBE-PROXY-CANARY",
	"KUBE-PROXY-FIREWALL",
	"KUBE-SERVICES",
];

/** Shared chains that the IPVS mode has alone. */
const IPVS_CHAINS: readonly string[] = [
	"KUBE-IPVS-FILTER",
	"KUBE-IPVS-OUT-FILTER",
	"KUBE-LOAD-BALANCER",
	"KUBE-NODE-PORT",
	"KUBE-SOURCE-RANGES-FIREWALL",
];

const SHARED: ReadonlySet<string> = new Set([...IPTABLES_CHAINS, ...IPVS_CHAINS]);

/** Whether kube-proxy makes a chain of this name, in one of its modes that use iptables. */
export function isKubeProxyChain(chain: string): boolean {
	return chain.startsWith("KUBE-") && (SHARED.has(chain) || SERVICE_CHAIN.test(chain));
}

/** Chains that only the IPVS mode has, and those that only the iptables mode has: what a change of mode leaves. */
export function modeOfChain(chain: string): "iptables" | "ipvs" | undefined {
	if (IPVS_CHAINS.includes(chain)) return "ipvs";
	if (SERVICE_CHAIN.test(chain)) return "iptables";
	return ["KUBE-EXTERNAL-SERVICES", "KUBE-NODEPORTS"].includes(chain) ? "iptables" : undefined;
}

/** Chains of the kubelet, which are none of kube-proxy's business. */
export const KUBELET_CHAINS: readonly string[] = ["KUBE-KUBELET-CANARY", "KUBE-IPTABLES-HINT"];

/** Chains that kube-proxies before 1.30 made, and the kubelet of that time. */
export function isOldChain(chain: string): boolean {
	return /^KUBE-XLB-[A-Z2-7]{16}$/.test(chain) || chain === "KUBE-MARK-DROP";
}
