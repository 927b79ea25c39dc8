import { type Fields, isFields } from "../fields/fields.ts";
import type { KnownKind } from "../snapshot/kinds.ts";

/** Which fields of an object stay: all that is there, or these. */
type Tree = true | { readonly [key: string]: Tree };

/** All others are for programs that svcnat is not: controllers, garbage collectors, kubectl apply. */
const METADATA: Tree = {
	name: true,
	namespace: true,
	labels: true,
	annotations: {
		"service.kubernetes.io/topology-aware-hints": true,
		"service.kubernetes.io/topology-mode": true,
	},
	resourceVersion: true,
};

const KEPT: Readonly<Record<Exclude<KnownKind, "Snapshot">, Tree>> = {
	EndpointSlice: { metadata: METADATA, addressType: true, endpoints: true, ports: true },
	Node: {
		metadata: METADATA,
		spec: { podCIDR: true, podCIDRs: true },
		status: {
			addresses: true,
			nodeInfo: {
				architecture: true,
				containerRuntimeVersion: true,
				kernelVersion: true,
				kubeProxyVersion: true,
				kubeletVersion: true,
				operatingSystem: true,
				osImage: true,
			},
		},
	},
	Service: { metadata: METADATA, spec: true, status: { loadBalancer: true } },
	ServiceCIDR: { metadata: METADATA, spec: true },
};

/** An object without what no command reads and nobody would miss. What has not the type it should have stays as it is. */
export function withoutNoise(kind: keyof typeof KEPT, object: Fields): Fields {
	const { apiVersion } = object;
	return { apiVersion, kind, ...pick(object, KEPT[kind]) };
}

function pick(value: Fields, tree: { readonly [key: string]: Tree } | true): Fields {
	if (tree === true) return value;
	const kept = Object.entries(value).flatMap(([key, below]) => {
		const wanted = Object.hasOwn(tree, key) ? tree[key] : undefined;
		if (wanted === undefined) return [];
		if (wanted === true || !isFields(below)) return [[key, below] as const];
		const picked = pick(below, wanted);
		return Object.keys(picked).length === 0 ? [] : [[key, picked] as const];
	});
	return Object.fromEntries(kept);
}
