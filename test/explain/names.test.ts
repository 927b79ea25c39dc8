import { describe, expect, it } from "vitest";
import { printExplanation } from "../../src/explain/print/print-text.ts";
import { explained } from "./explained.ts";
import { DUAL, endpoint, ingress, type Manifest, NODES, NOT_READY, service, slice } from "./findings/cluster.ts";

const TWO_PORTS = [
	{ name: "http", port: 80 },
	{ name: "dns-udp", port: 53, protocol: "UDP" },
];
const PODS = slice([endpoint("10.244.1.1"), endpoint("10.244.1.2", "n1", NOT_READY)]);
const PODS6 = slice([endpoint("fd00::1")], { name: "web-6", addressType: "IPv6" });

function names(spec: Manifest, name = "web", clusterDomain?: string, slices: readonly Manifest[] = []) {
	const objects = [...NODES, service(name, spec), PODS, PODS6, ...slices];
	return explained("service", { objects }, `shop/${name}`, { clusterDomain }).names;
}

describe("how pods find a Service", () => {
	it.for<
		readonly [
			what: string,
			spec: Manifest,
			records: readonly string[],
			clusterDomain?: string | undefined,
			slices?: readonly Manifest[],
		]
	>([
		[
			"by its cluster IP",
			{},
			[
				"web.shop.svc.cluster.local A 10.96.0.20",
				"_http._tcp.web.shop.svc.cluster.local SRV 80 web.shop.svc.cluster.local",
			],
		],
		[
			"in another domain",
			{},
			["web.shop.svc.k8s.example A 10.96.0.20", "_http._tcp.web.shop.svc.k8s.example SRV 80 web.shop.svc.k8s.example"],
			"k8s.example",
		],
		[
			"in both families",
			{ ...DUAL, ports: TWO_PORTS },
			[
				"web.shop.svc.cluster.local A 10.96.0.20",
				"web.shop.svc.cluster.local AAAA fd00:96::20",
				"_http._tcp.web.shop.svc.cluster.local SRV 80 web.shop.svc.cluster.local",
				"_dns-udp._udp.web.shop.svc.cluster.local SRV 53 web.shop.svc.cluster.local",
			],
		],
		["without a name of the port", { ports: [{ port: 80 }] }, ["web.shop.svc.cluster.local A 10.96.0.20"]],
		[
			"headless, by the addresses of ready endpoints",
			{ clusterIP: "None" },
			[
				"web.shop.svc.cluster.local A 10.244.1.1",
				"web.shop.svc.cluster.local AAAA fd00::1",
				"_http._tcp.web.shop.svc.cluster.local SRV 8080 HOSTNAME.web.shop.svc.cluster.local",
			],
		],
		[
			"headless, by the ports of slices, when pods have several",
			{ clusterIP: "None", ports: TWO_PORTS },
			[
				"web.shop.svc.cluster.local A 10.244.1.1 10.244.1.3",
				"web.shop.svc.cluster.local AAAA fd00::1",
				"_http._tcp.web.shop.svc.cluster.local SRV 8080 HOSTNAME.web.shop.svc.cluster.local 9090 HOSTNAME.web.shop.svc.cluster.local",
			],
			undefined,
			[
				slice([endpoint("10.244.1.3")], { name: "web-2", ports: [{ name: "http", port: 9090 }] }),
				slice([endpoint("10.244.1.4", "n1", NOT_READY)], { name: "web-3", ports: [{ name: "http", port: 7070 }] }),
			],
		],
		[
			"as an alias",
			{ type: "ExternalName", externalName: "db.example.org", clusterIP: "" },
			["web.shop.svc.cluster.local CNAME db.example.org"],
		],
		["as an alias of nothing", { type: "ExternalName", externalName: 7, clusterIP: "" }, []],
		["not at all without a cluster IP", { clusterIP: "" }, []],
	])("%s", ([, spec, records, clusterDomain, slices]) => {
		const { dns } = names(spec, "web", clusterDomain, slices);
		expect(dns.map(({ name, type, values }) => `${name} ${type} ${values.join(" ")}`)).toEqual(records);
	});

	it("says of a headless Service that each endpoint has a name too", () => {
		expect(names({ clusterIP: "None" }).note).toMatch(/HOSTNAME\.web\.shop\.svc\.cluster\.local/);
		expect(names({}).note).toBeUndefined();
	});

	it("gives the kubelet's variables, in its order", () => {
		const { environment } = names({ ports: TWO_PORTS }, "my-web");
		expect(environment.map(({ name, value }) => `${name}=${value}`)).toEqual([
			"MY_WEB_SERVICE_HOST=10.96.0.20",
			"MY_WEB_SERVICE_PORT=80",
			"MY_WEB_SERVICE_PORT_HTTP=80",
			"MY_WEB_SERVICE_PORT_DNS_UDP=53",
			"MY_WEB_PORT=tcp://10.96.0.20:80",
			"MY_WEB_PORT_80_TCP=tcp://10.96.0.20:80",
			"MY_WEB_PORT_80_TCP_PROTO=tcp",
			"MY_WEB_PORT_80_TCP_PORT=80",
			"MY_WEB_PORT_80_TCP_ADDR=10.96.0.20",
			"MY_WEB_PORT_53_UDP=udp://10.96.0.20:53",
			"MY_WEB_PORT_53_UDP_PROTO=udp",
			"MY_WEB_PORT_53_UDP_PORT=53",
			"MY_WEB_PORT_53_UDP_ADDR=10.96.0.20",
		]);
	});

	it.each([
		{ namespace: "default", name: "kubernetes", pods: "all-namespaces", title: "pods in all namespaces" },
		{ namespace: "shop", name: "kubernetes", pods: "namespace", title: "pods in the namespace" },
		{ namespace: "default", name: "web", pods: "namespace", title: "pods in the namespace" },
	])("gives those of $namespace/$name to $title", ({ namespace, name, pods, title }) => {
		const objects = [...NODES, { ...service(), metadata: { namespace, name } }];
		const found = explained("service", { objects }, `${namespace}/${name}`);
		expect(found.names.environmentIn).toBe(pods);
		expect(printExplanation(found, false)).toContain(`\nEnvironment of ${title} (`);
	});

	it("puts brackets around IPv6 in them, where it is part of a URL", () => {
		const { environment } = names({ clusterIP: "fd00:96::20", ipFamilies: ["IPv6"], ports: [{ port: 80 }] });
		expect(environment.slice(0, 3)).toEqual([
			{ name: "WEB_SERVICE_HOST", value: "fd00:96::20" },
			{ name: "WEB_SERVICE_PORT", value: "80" },
			{ name: "WEB_PORT", value: "tcp://[fd00:96::20]:80" },
		]);
	});

	it.each([
		{ clusterIP: "None" },
		{ clusterIP: "" },
		{ type: "ExternalName", clusterIP: "" },
		{ ports: [] },
	])("gives none for %j", (spec) => {
		expect(names(spec).environment).toEqual([]);
	});
});

describe("the pool of an outside balancer", () => {
	const PORTS = [{ name: "http", port: 80, nodePort: 30080 }];

	function pool(spec: Manifest) {
		const service1 = service("web", { type: "LoadBalancer", ports: PORTS, ...spec }, ingress("203.0.113.9"));
		return explained("service", { objects: [...NODES, service1, PODS] }, "shop/web").loadBalancer;
	}

	it("are the node ports of all nodes; with policy Cluster it asks for kube-proxy", () => {
		const member = { servicePort: "shop/web:http", port: 30080, passes: "node" };
		expect(pool({})).toEqual({
			addresses: [{ ip: "203.0.113.9", ipMode: "VIP" }],
			healthCheckNodePort: 0,
			members: [
				{ ...member, node: "n1", address: "192.0.2.1", localEndpoints: 1 },
				{ ...member, node: "n2", address: "192.0.2.2", localEndpoints: 0 },
				{ ...member, node: "n3", address: "192.0.2.3", localEndpoints: 0 },
			],
		});
	});

	it("passes with policy Local where a ready endpoint is", () => {
		const found = pool({ externalTrafficPolicy: "Local", healthCheckNodePort: 32100 });
		expect(found?.healthCheckNodePort).toBe(32100);
		expect(found?.members.map(({ node, passes }) => [node, passes])).toEqual([
			["n1", "yes"],
			["n2", "no"],
			["n3", "no"],
		]);
	});

	it("is empty without node ports, and there is none for other types", () => {
		expect(pool({ ports: [{ name: "http", port: 80 }], allocateLoadBalancerNodePorts: false })?.members).toEqual([]);
		expect(pool({ type: "NodePort" })).toBeUndefined();
	});
});
