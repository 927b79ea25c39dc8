/** A minor version of Kubernetes whose kube-proxy is compiled for. */
export type KubeVersion = (typeof KUBE_VERSIONS)[number];

/** Every version known, oldest first. */
export const KUBE_VERSIONS = ["1.30", "1.31", "1.32", "1.33", "1.34", "1.35", "1.36"] as const;

/** The version used when none is asked for: the newest. */
export const DEFAULT_KUBE_VERSION: KubeVersion = "1.36";

/** `1.36`, `v1.36`, `1.36.3` and `v1.36.3` as `1.36`; undefined for anything else. */
export function parseKubeVersion(text: string): KubeVersion | undefined {
	const minor = /^v?(1\.\d{1,3})(?:\.\d{1,4})?$/.exec(text)?.[1];
	return KUBE_VERSIONS.find((version) => version === minor);
}

/** A feature gate that changes rules; others are ignored. */
export type FeatureGate = (typeof FEATURE_GATES)[number];

/** The gates that change rules. */
export const FEATURE_GATES = [
	"AllowServiceExternalIPs",
	"LoadBalancerIPMode",
	"MultiCIDRServiceAllocator",
	"PreferSameTrafficDistribution",
	"ServiceTrafficDistribution",
	"TopologyAwareHints",
] as const;

/** What differs between versions. Everything that is not here is the same from 1.30 to 1.36. */
export interface Behaviour {
	/** Rules refer to nfacct counters where the kernel has them. */
	readonly nfacctCounters: boolean;
	/** Endpoint addresses reach the rules as the slice spells them, not in canonical form. */
	readonly addressesAsWritten: boolean;
	/** `nodePortAddresses: [primary]` is a valid configuration. */
	readonly primaryNodePortAddress: boolean;
	/** `gates`: zone hints, governed by two gates and, without the second, a Service annotation. `hints`: node, then zone hints. */
	readonly topology: "gates" | "hints";
	/** Any prefix of length 0 means all addresses: no firewall for such source ranges, all addresses for node ports. */
	readonly anyZeroPrefixMeansAll: boolean;
	/** Which of two copies of one endpoint replaces the other. */
	readonly duplicateThatReplaces: "local" | "not-terminating";
	/** The label `service.kubernetes.io/headless` hides a Service (it always hides a slice). */
	readonly headlessLabelHidesService: boolean;
	/** The label `service.kubernetes.io/service-proxy-name` hides a slice (it always hides a Service). */
	readonly proxyNameLabelHidesSlice: boolean;
	/** The nftables mode; undefined: an alpha that nobody gets without asking, and that is not compiled. */
	readonly nftables: NftablesBehaviour | undefined;
	/** Gates as this version has them by default. A gate that is absent is not consulted. */
	readonly gates: Readonly<Partial<Record<FeatureGate, GateDefault>>>;
}

/** What differs between versions in the nftables mode. Source: nftables spec, section 13. */
export interface NftablesBehaviour {
	/** When the firewall is asked: in chains of its own ahead of DNAT, or in those that the other checks have. */
	readonly firewallCheck: "own-chains" | "shared-chains";
	/** How an interface is matched: by its name, or by the index it has when the rules are loaded, which knows no prefix. */
	readonly interfaceKey: "iifname" | "iif";
	/** A first sync empties sets and maps instead of reading what they hold. */
	readonly flushesSets: boolean;
	/** The rule that masquerades traffic to a cluster IP also names the port. */
	readonly clusterIPRuleHasPort: boolean;
	/**
	 * `chains`: every endpoint has a chain, masquerading is asked for by a jump, each service port has its own rule for its cluster
	 * IP. `maps`: endpoints are entries of a map (but for affinity), marks are set in place, cluster IPs and endpoints that reach
	 * themselves are looked up in sets.
	 */
	readonly endpoints: "chains" | "maps";
}

/** `locked` is on and cannot be switched off. */
export type GateDefault = "on" | "off" | "locked";

const V1_30: Behaviour = {
	nfacctCounters: false,
	addressesAsWritten: true,
	primaryNodePortAddress: false,
	topology: "gates",
	anyZeroPrefixMeansAll: false,
	duplicateThatReplaces: "local",
	headlessLabelHidesService: true,
	proxyNameLabelHidesSlice: true,
	nftables: undefined,
	gates: { TopologyAwareHints: "on", ServiceTrafficDistribution: "off", LoadBalancerIPMode: "on" },
};

const V1_31: Behaviour = {
	...V1_30,
	nfacctCounters: true,
	addressesAsWritten: false,
	primaryNodePortAddress: true,
	nftables: {
		firewallCheck: "shared-chains",
		interfaceKey: "iif",
		flushesSets: true,
		clusterIPRuleHasPort: true,
		endpoints: "chains",
	},
	gates: {
		TopologyAwareHints: "on",
		ServiceTrafficDistribution: "on",
		LoadBalancerIPMode: "on",
		MultiCIDRServiceAllocator: "off",
	},
};

const V1_32: Behaviour = {
	...V1_31,
	gates: {
		TopologyAwareHints: "on",
		ServiceTrafficDistribution: "on",
		LoadBalancerIPMode: "locked",
		MultiCIDRServiceAllocator: "off",
	},
};

const V1_33: Behaviour = {
	...V1_32,
	topology: "hints",
	nftables: {
		firewallCheck: "own-chains",
		interfaceKey: "iifname",
		flushesSets: false,
		clusterIPRuleHasPort: true,
		endpoints: "chains",
	},
	gates: { PreferSameTrafficDistribution: "off", LoadBalancerIPMode: "locked", MultiCIDRServiceAllocator: "on" },
};

const V1_34: Behaviour = {
	...V1_33,
	anyZeroPrefixMeansAll: true,
	nftables: {
		firewallCheck: "own-chains",
		interfaceKey: "iifname",
		flushesSets: false,
		clusterIPRuleHasPort: false,
		endpoints: "chains",
	},
	gates: { PreferSameTrafficDistribution: "on", LoadBalancerIPMode: "locked", MultiCIDRServiceAllocator: "on" },
};

const V1_35: Behaviour = {
	...V1_34,
	gates: { PreferSameTrafficDistribution: "locked", MultiCIDRServiceAllocator: "on" },
};

const V1_36: Behaviour = {
	...V1_35,
	duplicateThatReplaces: "not-terminating",
	headlessLabelHidesService: false,
	proxyNameLabelHidesSlice: false,
	nftables: {
		firewallCheck: "own-chains",
		interfaceKey: "iifname",
		flushesSets: false,
		clusterIPRuleHasPort: false,
		endpoints: "maps",
	},
	gates: {
		PreferSameTrafficDistribution: "locked",
		AllowServiceExternalIPs: "on",
		MultiCIDRServiceAllocator: "locked",
	},
};

/**
 * The whole of what changed between versions, each as its predecessor with the differences spelled out.
 *
 * Source: spec section 11 and 10.3; the captures of 1.30 to 1.36.
 */
export const BEHAVIOURS: Readonly<Record<KubeVersion, Behaviour>> = {
	"1.30": V1_30,
	"1.31": V1_31,
	"1.32": V1_32,
	"1.33": V1_33,
	"1.34": V1_34,
	"1.35": V1_35,
	"1.36": V1_36,
};
