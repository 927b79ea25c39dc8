import { DUAL, endpoint, ingress, type Manifest, NODES, service, slice, type Trial } from "../cluster.ts";

const LOCAL = { type: "LoadBalancer", externalTrafficPolicy: "Local", healthCheckNodePort: 32000 };

const LOCAL_NODE_PORT = {
	type: "NodePort",
	externalTrafficPolicy: "Local",
	ports: [{ name: "http", port: 80, nodePort: 30080 }],
};

const HERE = slice([endpoint("10.244.1.1"), endpoint("10.244.2.1", "n2")]);

const AWAY = slice([endpoint("10.244.2.1", "n2"), endpoint("10.244.3.1", "n3")]);

function lb(spec: Manifest): Manifest {
	return service("web", spec, ingress("203.0.113.10"));
}

/** Findings about health checks. */
export const HEALTH_CHECKS_TRIALS: readonly Trial[] = [
	{
		title: "ready here",
		code: "HEALTH_CHECK_NODE_PORT",
		present: { objects: [...NODES, lb(LOCAL), HERE] },
		absent: { objects: [...NODES, lb({ ...LOCAL, externalTrafficPolicy: "Cluster" }), HERE] },
		found: [
			[
				"info",
				undefined,
				"Outside balancers check Service shop/web by HTTP at port 32000 of each node. Node n1 has 1 ready endpoint of it, so it passes.",
			],
		],
	},
	{
		title: "nobody here, in one family",
		code: "HEALTH_CHECK_NODE_PORT",
		present: { objects: [...NODES, lb({ ...LOCAL, ...DUAL }), AWAY] },
		absent: { objects: [...NODES, service("web", LOCAL_NODE_PORT), AWAY] },
		found: [
			[
				"info",
				undefined,
				"Outside balancers check Service shop/web (IPv4) by HTTP at port 32000 of each node. Node n1 has 0 ready endpoints of it, so it fails, and balancers should send nothing here.",
			],
			[
				"info",
				undefined,
				"Outside balancers check Service shop/web (IPv6) by HTTP at port 32000 of each node. Node n1 has 0 ready endpoints of it, so it fails, and balancers should send nothing here.",
			],
		],
	},
	{
		title: "two Services with one port",
		code: "HEALTH_CHECK_PORT_CONFLICT",
		present: { objects: [...NODES, lb(LOCAL), HERE, service("old", { ...LOCAL, clusterIP: "10.96.0.30" })] },
		absent: {
			objects: [
				...NODES,
				lb(LOCAL),
				HERE,
				service("old", { ...LOCAL, clusterIP: "10.96.0.30", healthCheckNodePort: 32001 }),
			],
		},
		found: ["old", "web"].map((name) => [
			"error",
			undefined,
			`Expected health-check node port 32000 of Service shop/${name} to be its own, found it at 2 Services (shop/old, shop/web): only one of them can listen there, so balancers ask the wrong one. Give each its own healthCheckNodePort.`,
		]),
	},
	{
		title: "a node port takes the checks",
		code: "HEALTH_CHECK_PORT_CONFLICT",
		present: {
			objects: [
				...NODES,
				lb({ ...LOCAL, healthCheckNodePort: 30080 }),
				HERE,
				service("old", {
					clusterIP: "10.96.0.30",
					type: "NodePort",
					ports: [{ name: "http", port: 80, nodePort: 30080 }],
				}),
				slice([endpoint("10.244.2.2", "n2")], { name: "old-1", service: "old" }),
			],
		},
		absent: {
			objects: [
				...NODES,
				lb({ ...LOCAL, healthCheckNodePort: 30080 }),
				HERE,
				service("old", {
					clusterIP: "10.96.0.30",
					type: "NodePort",
					ports: [{ name: "http", port: 80, nodePort: 30080 }],
				}),
			],
		},
		found: [
			[
				"error",
				undefined,
				"Expected health-check node port 30080 of Service shop/web to be free, found it as node port of shop/old:http: health checks go to that Service's endpoints. Change one of the numbers.",
			],
		],
	},
];
