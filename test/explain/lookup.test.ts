import { describe, expect, it } from "vitest";
import { explained, refusal } from "./explained.ts";
import { NODES, service } from "./findings/cluster.ts";
import { CLUSTER } from "./shop.ts";

const RANGE_OWNER = "service-cidr in 10.96.0.0/16, from which Services get cluster IPs (ServiceCIDR kubernetes)";
const WEB_PORT = "which has 80/TCP (http)";

describe("whose an address is", () => {
	it.for<readonly [asked: string, owners: readonly string[], traffic?: readonly string[]]>([
		["10.96.0.20", [`cluster-ip cluster IP of Service shop/web, ${WEB_PORT}`, RANGE_OWNER]],
		["198.51.100.7", [`external-ip external IP of Service shop/web, ${WEB_PORT}`]],
		["203.0.113.9", [`load-balancer-ip load-balancer IP (ipMode VIP) of Service shop/web, ${WEB_PORT}`]],
		[
			"10.96.0.20:80",
			["cluster-ip cluster IP of Service shop/web, port 80/TCP (http)", RANGE_OWNER],
			["10.96.0.20:80/tcp pod served, node served, outside served"],
		],
		[
			"10.96.0.20:81",
			[`cluster-ip cluster IP of Service shop/web, ${WEB_PORT}, but not port 81`, RANGE_OWNER],
			["10.96.0.20:81/tcp pod untouched, node untouched, outside untouched"],
		],
		[
			"10.96.0.10:53",
			["cluster-ip cluster IP of Service shop/dns, port 53/UDP (udp) and 53/TCP (tcp)", RANGE_OWNER],
			[
				"10.96.0.10:53/tcp pod rejected, node rejected, outside rejected",
				"10.96.0.10:53/udp pod rejected, node rejected, outside rejected",
			],
		],
		[
			"10.244.1.1",
			[
				"endpoint endpoint of Service shop/web (slice shop/web-1), pod shop/web-a on node n1",
				"cluster-cidr in 10.244.0.0/16, the cluster CIDR: kube-proxy takes it for a pod",
			],
		],
		[
			"10.244.4.1",
			[
				"endpoint endpoint of Service shop/web (slice shop/web-1) on node n4",
				"pod-cidr in 10.244.4.0/24, the pods of node n4",
				"cluster-cidr in 10.244.0.0/16, the cluster CIDR: kube-proxy takes it for a pod",
			],
		],
		[
			"10.244.9.9",
			[
				"endpoint endpoint of no Service that is there (slice shop/lost-1)",
				"cluster-cidr in 10.244.0.0/16, the cluster CIDR: kube-proxy takes it for a pod",
			],
		],
		[
			"10.244.4.77",
			[
				"pod-cidr in 10.244.4.0/24, the pods of node n4; no endpoint in the input has it",
				"cluster-cidr in 10.244.0.0/16, the cluster CIDR: kube-proxy takes it for a pod",
			],
		],
		["192.0.2.2", ["node address of node n2"]],
		[
			"192.0.2.1:30080",
			["node-port node port of Service shop/web, port 80/TCP (http)", "node address of node n1"],
			["192.0.2.1:30080/tcp pod served, node served, outside served"],
		],
		[
			"127.0.0.1:30080",
			["node-port node port of Service shop/web, port 80/TCP (http)", "loopback a loopback address: every node's own"],
			["127.0.0.1:30080/tcp node served"],
		],
		[
			"[::1]:30080",
			["node-port node port of Service shop/web, port 80/TCP (http)", "loopback a loopback address: every node's own"],
			["::1:30080/tcp node untouched"],
		],
		["127.0.0.1", ["loopback a loopback address: every node's own"]],
		["10.96.7.7", [RANGE_OWNER]],
		[
			"node:30080",
			["node-port node port of Service shop/web, port 80/TCP (http)"],
			[
				"192.0.2.1:30080/tcp pod served, node served, outside served",
				"2001:db8::1:30080/tcp pod untouched, node untouched, outside untouched",
			],
		],
		[
			"node:32100/tcp",
			["health-check-node-port health-check node port of Service shop/web: balancers ask here"],
			[
				"192.0.2.1:32100/tcp pod untouched, node untouched, outside untouched",
				"2001:db8::1:32100/tcp pod untouched, node untouched, outside untouched",
			],
		],
	])("%s", ([asked, owners, traffic = []]) => {
		const found = explained("address", CLUSTER, asked);
		expect(found.owners.map(({ kind, message }) => `${kind} ${message}`)).toEqual(owners);
		const met = found.traffic.map(({ ip, port, protocol, reaches }) => {
			return `${ip}:${port}/${protocol} ${reaches.map(({ from, verdict }) => `${from} ${verdict}`).join(", ")}`;
		});
		expect(met).toEqual(traffic);
	});

	it("is told from one namespace, if asked so", () => {
		const elsewhere = { ...service(), metadata: { name: "web", namespace: "blog" } };
		const cluster = { objects: [...NODES, service(), elsewhere] };
		const services = (namespace?: string) =>
			explained("address", cluster, "10.96.0.20", { namespace }).owners.map((owner) => owner.service);
		expect(services()).toEqual(["shop/web", "blog/web"]);
		expect(services("blog")).toEqual(["blog/web"]);
	});

	it.each<readonly [asked: string, message: RegExp]>([
		["10.1.1.1", /^10\.1\.1\.1 is nobody's that this snapshot knows: .* so no rule translates packets to it$/],
		["10.1.1.1:80", /^10\.1\.1\.1:80 is nobody's/],
		["[fd99::1]:80", /^\[fd99::1\]:80 is nobody's/],
		["node:1", /^node:1 is nobody's that this snapshot knows: no Service in the input has this node port/],
		["node:30080/udp", /^node:30080 is nobody's/],
		["node:0", /^node:0 is nobody's/],
		[
			"KUBE-SVC-AAAAAAAAAAAAAAAA",
			/^the node has no chain "KUBE-SVC-AAAAAAAAAAAAAAAA": the part behind the last dash is a hash/,
		],
		["CHAIN", /^the node has no chain "CHAIN": it is none of kube-proxy's in this mode$/],
		["shop/wbe", /^there is no Service "shop\/wbe"; similar ones: shop\/web$/],
		["shop/anything", /^there is no Service "shop\/anything"; those of its namespace: dns, web$/],
		["nowhere/anything", /^there is no Service "nowhere\/anything"; namespaces with Services: shop$/],
		["shop/web:https", /^Service shop\/web has no port "https"; its ports: 80\/TCP \(http\)$/],
		["web.shop:8080", /^Service shop\/web has no port "8080"; its ports: 80\/TCP \(http\)$/],
		["n2", /^there is no Service "n2", but a Node: svcnat explain node --node n2 explains it$/],
		["shop/n2", /^there is no Service "shop\/n2"; those of its namespace/],
		["n2:http", /^there is no Service "n2"; namespaces/],
	])("%s is not there", (asked, message) => {
		expect(refusal(CLUSTER, asked)).toMatch(message);
	});

	it("is found by its name when it is the node at hand, unless a Service has that name", () => {
		expect(explained("node", CLUSTER, "n1").name).toBe("n1");
		expect(explained("node", CLUSTER, "n1", { namespace: "blog" }).nodePorts).toEqual([]);
		const cluster = { objects: [...CLUSTER.objects, service("n1", { clusterIP: "10.96.0.77" })] };
		expect(explained("service", cluster, "n1").name).toBe("shop/n1");
	});

	it.each<readonly [asked: string, ports: readonly string[]]>([
		["shop/dns", ["shop/dns:udp", "shop/dns:tcp"]],
		["shop/dns:tcp", ["shop/dns:tcp"]],
		["dns.shop:tcp", ["shop/dns:tcp"]],
		["dns.shop.svc.cluster.local:udp", ["shop/dns:udp"]],
		["shop/dns:53", ["shop/dns:udp", "shop/dns:tcp"]],
		["shop/web:80", ["shop/web:http"]],
	])("has the ports that %s names", (asked, ports) => {
		const { frontends } = explained("service", CLUSTER, asked);
		expect([...new Set(frontends.map(({ servicePort }) => servicePort))]).toEqual(ports);
	});

	it("takes a port's name before a number", () => {
		const ports = [
			{ name: "80", port: 8080 },
			{ name: "http", port: 80 },
		];
		const { frontends } = explained("service", { objects: [...NODES, service("web", { ports })] }, "shop/web:80");
		expect(frontends.map(({ servicePort }) => servicePort)).toEqual(["shop/web:80"]);
	});

	it("asks for the namespace of a Service whose name is there twice", () => {
		const elsewhere = { ...service(), metadata: { name: "web", namespace: "blog" } };
		const cluster = { objects: [...NODES, service(), elsewhere] };
		expect(refusal(cluster, "web")).toBe('which Service "web"? give its namespace: blog/web, shop/web');
		expect(explained("service", CLUSTER, "web").name).toBe("shop/web");
		expect(refusal({ objects: NODES }, "web")).toBe('there is no Service "web"; there is none at all');
	});
});
