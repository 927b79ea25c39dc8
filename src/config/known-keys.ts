import { type Fields, isFields } from "../fields/fields.ts";

/** A key with a list has these keys below it; a key with `true` is not looked into. */
type Keys = Readonly<Record<string, true | readonly string[]>>;

/** The keys of KubeProxyConfiguration (kubeproxy.config.k8s.io/v1alpha1) of 1.30 to 1.36, whether they reach the rules or not. */
const KNOWN_KEYS: Keys = {
	apiVersion: true,
	bindAddress: true,
	bindAddressHardFail: true,
	clientConnection: true,
	clusterCIDR: true,
	configSyncPeriod: true,
	conntrack: [
		"max",
		"maxPerCore",
		"min",
		"tcpBeLiberal",
		"tcpCloseWaitTimeout",
		"tcpEstablishedTimeout",
		"udpStreamTimeout",
		"udpTimeout",
	],
	detectLocal: ["bridgeInterface", "interfaceNamePrefix"],
	detectLocalMode: true,
	enableProfiling: true,
	featureGates: true,
	healthzBindAddress: true,
	hostnameOverride: true,
	iptables: ["localhostNodePorts", "masqueradeAll", "masqueradeBit", "minSyncPeriod", "syncPeriod"],
	ipvs: [
		"excludeCIDRs",
		"minSyncPeriod",
		"scheduler",
		"strictARP",
		"syncPeriod",
		"tcpFinTimeout",
		"tcpTimeout",
		"udpTimeout",
	],
	kind: true,
	logging: true,
	metadata: true,
	metricsBindAddress: true,
	mode: true,
	nftables: ["masqueradeAll", "masqueradeBit", "minSyncPeriod", "syncPeriod"],
	nodePortAddresses: true,
	oomScoreAdj: true,
	portRange: true,
	showHiddenMetricsForVersion: true,
	windowsRunAsService: true,
	winkernel: true,
};

/** The paths of keys that kube-proxy does not have, in the order of the input. They are ignored, with a note. */
export function unknownKeys(config: Fields): readonly string[] {
	return Object.entries(config).flatMap(([key, value]) => {
		const below = Object.hasOwn(KNOWN_KEYS, key) ? KNOWN_KEYS[key] : undefined;
		if (below === undefined) return key;
		if (below === true || !isFields(value)) return [];
		return Object.keys(value).flatMap((child) => (below.includes(child) ? [] : `${key}.${child}`));
	});
}
