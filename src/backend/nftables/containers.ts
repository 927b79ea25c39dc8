import type { SetDeclaration } from "../../lang/nft/table.ts";
import type { Words } from "./words.ts";

const FRONTEND = ["address", "inet_proto", "inet_service"] as const;
const PORT = ["inet_proto", "inet_service"] as const;

/** The sets and maps that all Services share: kind, parts of the key, comment. Source: spec section 6.3. */
const CONTAINERS = {
	"cluster-ips": container("set", ["address"], "Active ClusterIPs"),
	"nodeport-ips": container("set", ["address"], "IPs that accept NodePort traffic"),
	"hairpin-connections": container("set", ["address", ...FRONTEND], "service hairpin connections"),
	"no-endpoint-services": container("map", FRONTEND, "vmap to drop or reject packets to services with no endpoints"),
	"no-endpoint-nodeports": container(
		"map",
		PORT,
		"vmap to drop or reject packets to service nodeports with no endpoints",
	),
	"firewall-ips": container("map", FRONTEND, "destinations that are subject to LoadBalancerSourceRanges"),
	"service-ips": container("map", FRONTEND, "ClusterIP, ExternalIP and LoadBalancer IP traffic"),
	"service-nodeports": container("map", PORT, "NodePort traffic"),
} as const;

/** One of them. */
export type ContainerName = keyof typeof CONTAINERS;

/** Those that hold what Services ask for, in the order in which a first sync up to 1.32 empties them. Source: spec section 13.5. */
export const FLUSHED: readonly ContainerName[] = [
	"cluster-ips",
	"service-ips",
	"firewall-ips",
	"no-endpoint-services",
	"no-endpoint-nodeports",
	"service-nodeports",
];

/** Whether it is a set or a map. */
export function kindOf(name: ContainerName): "set" | "map" {
	return CONTAINERS[name].kind;
}

/** The declaration of one of them in a family. */
export function declarationOf(name: ContainerName, { addressType }: Words): SetDeclaration {
	const { kind, key, comment } = CONTAINERS[name];
	return {
		kind,
		name,
		keyTypes: key.map((type) => (type === "address" ? addressType : type)),
		valueType: kind === "map" ? "verdict" : undefined,
		flags: [],
		timeoutSeconds: undefined,
		size: undefined,
		comment,
		unknown: [],
	};
}

/** The set of clients that were sent to an endpoint. */
export function affinityDeclaration(name: string, seconds: number, { addressType }: Words): SetDeclaration {
	return {
		kind: "set",
		name,
		keyTypes: [addressType],
		valueType: undefined,
		flags: ["dynamic", "timeout"],
		timeoutSeconds: seconds,
		size: undefined,
		comment: undefined,
		unknown: [],
	};
}

function container(kind: "set" | "map", key: readonly ("address" | "inet_proto" | "inet_service")[], comment: string) {
	return { kind, key, comment };
}
