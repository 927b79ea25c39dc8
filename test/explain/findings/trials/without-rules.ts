import { endpoint, ingress, service, slice, type Trial } from "../cluster.ts";

const HERE = slice([endpoint("10.244.1.1"), endpoint("10.244.2.1", "n2")]);

const NODE_PORT = { type: "NodePort", ports: [{ name: "http", port: 80, nodePort: 30080 }] };

/** Findings about Services without rules. */
export const WITHOUT_RULES_TRIALS: readonly Trial[] = [
	{
		title: "is a matter of DNS",
		code: "EXTERNAL_NAME",
		present: { objects: [service("web", { type: "ExternalName", externalName: "db.example.org", clusterIP: "" })] },
		absent: { objects: [service(), HERE] },
		found: [
			[
				"info",
				undefined,
				"Service shop/web is of type ExternalName: DNS answers with another name, and there are no rules. Nodes have no part in it.",
			],
		],
	},
	{
		title: "is a matter of DNS too",
		code: "HEADLESS",
		present: { objects: [service("web", { clusterIP: "None" })] },
		absent: { objects: [service(), HERE] },
		found: [
			[
				"info",
				undefined,
				"Service shop/web is headless: DNS answers with the addresses of its endpoints, and there are no rules. Clients connect to them directly.",
			],
		],
	},
	{
		title: "fields that a headless Service has for nothing",
		code: "FIELD_NO_EFFECT",
		present: {
			objects: [
				service("web", {
					clusterIP: "None",
					externalIPs: ["198.51.100.1"],
					sessionAffinity: "ClientIP",
					ports: [{ name: "http", port: 80, nodePort: 30080 }],
				}),
			],
		},
		absent: { objects: [service("web", { clusterIP: "None" })] },
		found: [
			[
				"warning",
				undefined,
				"Expected Service shop/web to have a cluster IP because of node port 30080, externalIPs 198.51.100.1, sessionAffinity ClientIP, found that it is headless: these fields have no effect. Remove them, or give the Service a cluster IP.",
			],
		],
	},
	{
		title: "an address that an ExternalName Service has for nothing",
		code: "FIELD_NO_EFFECT",
		present: { objects: [service("web", { type: "ExternalName" }, ingress("203.0.113.10"))] },
		absent: { objects: [service("web", { type: "ExternalName" })] },
		found: [
			[
				"warning",
				undefined,
				"Expected Service shop/web to have a cluster IP because of load-balancer IP 203.0.113.10, found that it is of type ExternalName: these fields have no effect. Remove them, or give the Service a cluster IP.",
			],
		],
	},
	{
		title: "none written down",
		code: "NO_CLUSTER_IP",
		present: { objects: [service("web", { clusterIP: "" }), HERE] },
		absent: { objects: [service("web", { clusterIP: "fd00:96::20", ipFamilies: ["IPv6"] })], families: ["ipv4"] },
		found: [
			[
				"warning",
				undefined,
				"Service shop/web has no cluster IP, so there are no rules. Write down the address that the API server has given it, or None for a headless Service.",
			],
		],
	},
	{
		title: "another proxy's",
		code: "HIDDEN_SERVICE",
		present: {
			objects: [
				service(
					"web",
					{},
					{
						metadata: {
							name: "web",
							namespace: "shop",
							labels: { "service.kubernetes.io/service-proxy-name": "mesh" },
						},
					},
				),
			],
		},
		absent: { objects: [service(), HERE] },
		found: [
			[
				"info",
				undefined,
				"Service shop/web has the label service.kubernetes.io/service-proxy-name, so kube-proxy does not see it and there are no rules. Another proxy has to serve it.",
			],
		],
	},
	{
		title: "labelled headless before 1.36",
		code: "HIDDEN_SERVICE",
		present: {
			objects: [
				service(
					"web",
					{},
					{ metadata: { name: "web", namespace: "shop", labels: { "service.kubernetes.io/headless": "" } } },
				),
			],
			kubeVersion: "1.35",
		},
		absent: {
			objects: [
				service(
					"web",
					{},
					{ metadata: { name: "web", namespace: "shop", labels: { "service.kubernetes.io/headless": "" } } },
				),
			],
		},
		found: [
			[
				"warning",
				undefined,
				"Service shop/web has the label service.kubernetes.io/headless, so kube-proxy does not see it and there are no rules. Remove the label if it has a cluster IP.",
			],
		],
	},
	{
		title: "no address yet",
		code: "LOAD_BALANCER_WITHOUT_IP",
		present: { objects: [service("web", { type: "LoadBalancer" }), HERE] },
		absent: { objects: [service("web", { type: "LoadBalancer" }, ingress("203.0.113.10")), HERE] },
		found: [
			[
				"info",
				undefined,
				"Nodes serve no load-balancer IP for Service shop/web: its status has no IP: the balancer is not ready, or known by a host name only.",
			],
		],
	},
	{
		title: "ipMode Proxy",
		code: "LOAD_BALANCER_WITHOUT_IP",
		present: {
			objects: [
				service(
					"web",
					{ type: "LoadBalancer" },
					{ status: { loadBalancer: { ingress: [{ ip: "203.0.113.10", ipMode: "Proxy" }] } } },
				),
				HERE,
			],
		},
		absent: { objects: [service("web", NODE_PORT), HERE] },
		found: [
			[
				"info",
				undefined,
				"Nodes serve no load-balancer IP for Service shop/web: 203.0.113.10 has ipMode Proxy, so clients inside go out to the balancer too.",
			],
		],
	},
];
