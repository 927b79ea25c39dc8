// @ts-check
import { address, CREATED, metadata, mixedChance } from "./cluster.js";
import { hex, integer, uid } from "./random.js";

/** As the controller of Kubernetes does it. */
const MOST_ENDPOINTS_OF_SLICE = 100;

/** A node has a /24 for its pods. */
const MOST_PODS_ON_NODE = 250;

/** The zones of the cluster; nodes take turns. */
export const ZONES = ["zone-a", "zone-b", "zone-c"];

/**
 * The EndpointSlices of a Service.
 *
 * @param {import("./cluster.js").Cluster} cluster
 * @param {ReturnType<typeof import("./make-service.js").makeService>} service
 */
export function* makeSlices(cluster, service) {
	for (let left = endpointCount(cluster), isFirst = true; left > 0 || isFirst; left -= MOST_ENDPOINTS_OF_SLICE) {
		isFirst = false;
		yield makeSlice(cluster, service, Math.min(left, MOST_ENDPOINTS_OF_SLICE));
	}
}

/** @param {import("./cluster.js").Cluster} cluster */
function endpointCount({ shape, random }) {
	const { endpoints, profile } = shape;
	const half = Math.floor(endpoints / 2);
	return profile === "plain" ? endpoints : integer(random, half, endpoints + half);
}

/**
 * @param {import("./cluster.js").Cluster} cluster
 * @param {ReturnType<typeof import("./make-service.js").makeService>} service
 * @param {number} count
 */
function makeSlice(cluster, service, count) {
	const { name, namespace = "", uid: ownerUid } = service.metadata;
	const ports = /** @type {{ name: string, targetPort: number, protocol: string }[]} */ (service.spec.ports);
	const labels = {
		app: name,
		"endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
		"kubernetes.io/service-name": name,
	};
	const owner = { apiVersion: "v1", blockOwnerDeletion: true, controller: true, kind: "Service", name, uid: ownerUid };
	const own = metadata(cluster, { name: `${name}-${hex(cluster.random, 5)}`, namespace, labels });
	return {
		addressType: "IPv4",
		apiVersion: "discovery.k8s.io/v1",
		endpoints: Array.from({ length: count }, () => makeEndpoint(cluster, name, namespace)),
		kind: "EndpointSlice",
		metadata: {
			creationTimestamp: CREATED,
			generateName: `${name}-`,
			generation: 1,
			labels,
			name: own.name,
			namespace,
			ownerReferences: [owner],
			resourceVersion: own.resourceVersion,
			uid: own.uid,
		},
		ports: ports.map(({ name, targetPort, protocol }) => ({ name, port: targetPort, protocol })),
	};
}

/**
 * @param {import("./cluster.js").Cluster} cluster
 * @param {string} service
 * @param {string} namespace
 */
function makeEndpoint(cluster, service, namespace) {
	const { nodes, podsOnNode, random } = cluster;
	let node = integer(random, 0, nodes.length - 1);
	while ((podsOnNode[node] ?? 0) >= MOST_PODS_ON_NODE) node = (node + 1) % nodes.length;
	const pod = (podsOnNode[node] ?? 0) + 1;
	podsOnNode[node] = pod;
	return {
		addresses: [address("10.128.0.0", 256 * node + 1 + pod)],
		conditions: makeConditions(cluster),
		nodeName: nodes[node],
		targetRef: { kind: "Pod", name: `${service}-${hex(random, 9)}`, namespace, uid: uid(random) },
		zone: ZONES[node % ZONES.length],
	};
}

/** @param {import("./cluster.js").Cluster} cluster */
function makeConditions(cluster) {
	if (mixedChance(cluster, 3)) return { ready: false, serving: false, terminating: false };
	if (mixedChance(cluster, 2)) return { ready: false, serving: true, terminating: true };
	return { ready: true, serving: true, terminating: false };
}
