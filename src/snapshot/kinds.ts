/** The kinds that are read. */
export type KnownKind = "EndpointSlice" | "Node" | "Service" | "ServiceCIDR" | "Snapshot";

/** What is to be known about a kind to recognise its objects. */
interface Kind {
	/** Empty for the core group. */
	readonly group: string;
	/** The versions that are read, the usual one first. */
	readonly apiVersions: readonly [string, ...string[]];
}

/** Every kind that is read; all others are passed over. */
export const KINDS: Readonly<Record<KnownKind, Kind>> = {
	EndpointSlice: { group: "discovery.k8s.io", apiVersions: ["discovery.k8s.io/v1"] },
	Node: { group: "", apiVersions: ["v1"] },
	Service: { group: "", apiVersions: ["v1"] },
	ServiceCIDR: {
		group: "networking.k8s.io",
		apiVersions: ["networking.k8s.io/v1", "networking.k8s.io/v1beta1"],
	},
	Snapshot: { group: "svcnat.dev", apiVersions: ["svcnat.dev/v1"] },
};

/** Whether objects of a kind are read, if they are of its group. */
export function isKnownKind(kind: string): kind is KnownKind {
	return Object.hasOwn(KINDS, kind);
}

/** Whether `discovery.k8s.io/v1` is of the kind's group, `discovery.k8s.io`. */
export function isOfGroup(kind: KnownKind, apiVersion: string): boolean {
	const group = apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
	return group === KINDS[kind].group;
}
