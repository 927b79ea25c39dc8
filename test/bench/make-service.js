// @ts-check
import { address, metadata, mixedChance, takeNodePorts } from "./cluster.js";

/**
 * A Service.
 *
 * @param {import("./cluster.js").Cluster} cluster
 * @param {number} index
 */
export function makeService(cluster, index) {
	const name = `svc-${String(index).padStart(5, "0")}`;
	const clusterIP = address("10.96.0.10", index);
	/** @type {Record<string, unknown>} */
	const spec = {
		clusterIP,
		clusterIPs: [clusterIP],
		...(mixedChance(cluster, 2) ? { externalIPs: [address("198.18.0.1", index)] } : {}),
		internalTrafficPolicy: mixedChance(cluster, 5) ? "Local" : "Cluster",
		ipFamilies: ["IPv4"],
		ipFamilyPolicy: "SingleStack",
		ports: makePorts(cluster),
		selector: { app: name },
		...makeAffinity(cluster),
		type: "ClusterIP",
	};
	const status = open(cluster, spec, index);
	const namespace = `team-${String(index % 50).padStart(2, "0")}`;
	return {
		apiVersion: "v1",
		kind: "Service",
		metadata: metadata(cluster, { name, namespace, labels: { app: name } }),
		spec: sorted(spec),
		status,
	};
}

/** @param {import("./cluster.js").Cluster} cluster */
function makePorts(cluster) {
	const ports = [{ name: "http", port: 80, protocol: "TCP", targetPort: 8080 }];
	if (mixedChance(cluster, 10)) ports.push({ name: "metrics", port: 9090, protocol: "TCP", targetPort: 9090 });
	if (mixedChance(cluster, 5)) ports.push({ name: "dns", port: 53, protocol: "UDP", targetPort: 5353 });
	return ports;
}

/** @param {import("./cluster.js").Cluster} cluster */
function makeAffinity(cluster) {
	if (!mixedChance(cluster, 10)) return { sessionAffinity: "None" };
	return { sessionAffinity: "ClientIP", sessionAffinityConfig: { clientIP: { timeoutSeconds: 10800 } } };
}

/**
 * Makes a Service reachable from outside, or leaves it as it is. Gives its status.
 *
 * @param {import("./cluster.js").Cluster} cluster
 * @param {Record<string, any>} spec
 * @param {number} index
 */
function open(cluster, spec, index) {
	const choice = cluster.shape.profile === "mixed" ? cluster.random() : 1;
	if (choice < 0.1) openNodePort(cluster, spec);
	else if (choice < 0.18) return openLoadBalancer(cluster, spec, index);
	return { loadBalancer: {} };
}

/**
 * Leaves the Service as it is when the node ports are used up.
 *
 * @param {import("./cluster.js").Cluster} cluster
 * @param {Record<string, any>} spec
 */
function openNodePort(cluster, spec) {
	const numbers = takeNodePorts(cluster, spec.ports.length);
	if (numbers === undefined) return;
	spec.type = "NodePort";
	spec.externalTrafficPolicy = mixedChance(cluster, 40) ? "Local" : "Cluster";
	spec.ports = withNodePorts(spec.ports, numbers);
}

/**
 * @param {import("./cluster.js").Cluster} cluster
 * @param {Record<string, any>} spec
 * @param {number} index
 */
function openLoadBalancer(cluster, spec, index) {
	const numbers = takeNodePorts(cluster, spec.ports.length);
	spec.type = "LoadBalancer";
	spec.allocateLoadBalancerNodePorts = numbers !== undefined;
	spec.ports = withNodePorts(spec.ports, numbers ?? []);
	spec.externalTrafficPolicy = mixedChance(cluster, 40) ? "Local" : "Cluster";
	if (spec.externalTrafficPolicy === "Local") spec.healthCheckNodePort = cluster.nextHealthCheckPort++;
	if (mixedChance(cluster, 25)) spec.loadBalancerSourceRanges = ["192.0.2.0/24", "198.51.100.0/25"];
	return { loadBalancer: { ingress: [{ ip: address("198.19.0.1", index), ipMode: "VIP" }] } };
}

/**
 * @param {Record<string, unknown>[]} ports
 * @param {number[]} numbers none: the ports stay as they are
 */
function withNodePorts(ports, numbers) {
	return ports.map((port, index) =>
		numbers[index] === undefined ? port : sorted({ ...port, nodePort: numbers[index] }),
	);
}

/** @param {Record<string, unknown>} object */
function sorted(object) {
	return Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)));
}
