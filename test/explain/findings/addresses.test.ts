import { describe, expect, it } from "vitest";
import { findingsOf } from "../../../src/explain/findings/findings.ts";
import { type Cluster, endpoint, foundIn, ingress, type Manifest, NODES, service, slice } from "./cluster.ts";
import { clusterContext } from "./context.ts";

const WEB = [service(), slice([endpoint("10.244.1.1")])];

/** Another Service, `shop/old`, with an endpoint or without. */
function old(spec: Manifest, more: Manifest = {}, hasEndpoint = true): readonly Manifest[] {
	const endpoints = hasEndpoint ? [endpoint("10.244.2.2", "n2")] : [];
	return [
		service("old", { clusterIP: "10.96.0.30", ...spec }, more),
		slice(endpoints, { name: "old-1", service: "old" }),
	];
}

const NODE_PORT = { type: "NodePort", ports: [{ name: "http", port: 80, nodePort: 30080 }] };
const LB = ["203.0.113.10"];

const CONFLICTS: readonly {
	readonly title: string;
	readonly cluster: Cluster;
	readonly what: string;
	readonly rest: string;
}[] = [
	{
		title: "two cluster IPs",
		cluster: { objects: [...NODES, ...WEB, ...old({ clusterIP: "10.96.0.20" })] },
		what: "10.96.0.20:80/tcp, found 2: shop/old:http (cluster IP), shop/web:http (cluster IP).",
		rest: "By these rules shop/old:http gets the connections, shop/web:http none. kube-proxy orders Services at random, so another node may decide otherwise. Give one of them another address or port.",
	},
	{
		title: "an external IP and a load-balancer IP",
		cluster: {
			objects: [
				...NODES,
				service("web", { type: "LoadBalancer" }, ingress(...LB)),
				slice([endpoint("10.244.1.1")]),
				...old({ externalIPs: LB }),
			],
		},
		what: "203.0.113.10:80/tcp, found 2: shop/old:http (external IP), shop/web:http (load-balancer IP).",
		rest: "By these rules shop/old:http gets the connections, shop/web:http none. kube-proxy orders Services at random, so another node may decide otherwise. Give one of them another address or port.",
	},
	{
		title: "two node ports",
		cluster: { objects: [...NODES, service("web", NODE_PORT), slice([endpoint("10.244.1.1")]), ...old(NODE_PORT)] },
		what: "node port 30080/tcp, found 2: shop/old:http (node port), shop/web:http (node port).",
		rest: "By these rules shop/old:http gets the connections, shop/web:http none. kube-proxy orders Services at random, so another node may decide otherwise. Give one of them another address or port.",
	},
	{
		title: "two node ports in IPVS mode",
		cluster: {
			objects: [...NODES, service("web", NODE_PORT), slice([endpoint("10.244.1.1")]), ...old(NODE_PORT)],
			config: { mode: "ipvs" },
		},
		what: "node port 30080/tcp, found 2: shop/old:http (node port), shop/web:http (node port).",
		rest: "By these rules shop/web:http gets the connections, shop/old:http none. kube-proxy orders Services at random, so another node may decide otherwise. Give one of them another address or port.",
	},
];

describe("two service ports on one address", () => {
	it.each(CONFLICTS)("$title: both are told the same, as an error", ({ cluster, what, rest }) => {
		const message = `Expected one service port at ${what} ${rest}`;
		expect(foundIn(cluster, "ADDRESS_CONFLICT")).toEqual(
			[
				["error", "shop/old:http", expect.stringContaining(message)],
				["error", "shop/web:http", expect.stringContaining(message)],
			].map(([severity, port]) => [severity, port, message]),
		);
	});

	it("who only refuses does not win, and that is no chance", () => {
		const objects = [...NODES, ...WEB, ...old({ clusterIP: "10.96.0.20" }, {}, false)];
		const message =
			"Expected one service port at 10.96.0.20:80/tcp, found 2: shop/old:http (cluster IP), shop/web:http (cluster IP). By these rules shop/web:http gets the connections, shop/old:http none. Give one of them another address or port.";
		expect(foundIn({ objects }, "ADDRESS_CONFLICT")).toEqual([
			["error", "shop/old:http", message],
			["warning", "shop/web:http", message],
		]);
	});

	it("an external IP of the node comes before a node port, and that is no chance", () => {
		const external = { ports: [{ name: "http", port: 30080 }], externalIPs: ["192.0.2.1"] };
		const objects = [...NODES, service("web", external), slice([endpoint("10.244.1.1")]), ...old(NODE_PORT)];
		const message =
			"Expected one service port at 192.0.2.1:30080/tcp, found 2: shop/old:http (node port), shop/web:http (external IP). By these rules shop/web:http gets the connections, shop/old:http none. Give one of them another address or port.";
		expect(foundIn({ objects }, "ADDRESS_CONFLICT")).toEqual([
			["error", "shop/old:http", message],
			["warning", "shop/web:http", message],
		]);
	});

	it("a load-balancer IP whose source ranges leave the client out loses to the next rule", () => {
		const ranges = { type: "LoadBalancer", loadBalancerSourceRanges: ["198.51.100.0/24"] };
		const objects = [
			...NODES,
			...old(ranges, ingress(...LB)),
			service("web", { externalIPs: LB }),
			slice([endpoint("10.244.1.1")]),
		];
		const [first] = foundIn({ objects }, "ADDRESS_CONFLICT");
		expect(first?.[2]).toContain("By these rules shop/web:http gets the connections, shop/old:http none.");
	});

	it("where node ports answer nowhere, nobody gets the connections", () => {
		const objects = [...NODES, service("web", NODE_PORT), slice([endpoint("10.244.1.1")]), ...old(NODE_PORT)];
		const [first] = foundIn({ objects, config: { nodePortAddresses: ["10.0.0.0/8"] } }, "ADDRESS_CONFLICT");
		expect(first?.[2]).toContain("By these rules none of them gets a client from outside.");
	});

	it.each<[string, readonly Manifest[]]>([
		["other ports", old({ clusterIP: "10.96.0.20", ports: [{ name: "http", port: 81 }] })],
		["other protocols", old({ clusterIP: "10.96.0.20", ports: [{ name: "http", port: 80, protocol: "UDP" }] })],
		["other families", [service("old", { clusterIP: "fd00:96::20" })]],
		["headless", [service("old", { clusterIP: "None" })]],
	])("%s are no conflict", (_, objects) => {
		expect(foundIn({ objects: [...NODES, ...WEB, ...objects] }, "ADDRESS_CONFLICT")).toEqual([]);
	});

	it("an address that one Service has twice is no conflict", () => {
		const objects = [
			service("web", { type: "LoadBalancer", externalIPs: LB }, ingress(...LB)),
			slice([endpoint("10.244.1.1")]),
		];
		expect(foundIn({ objects }, "ADDRESS_CONFLICT")).toEqual([]);
	});

	it("a Service is told when it is looked at alone", () => {
		const context = clusterContext({ objects: [...NODES, ...WEB, ...old({ clusterIP: "10.96.0.20" })] });
		const web = context.snapshot.services.filter(({ name }) => name === "web");
		const codes = findingsOf(context, web).map(({ code, servicePort }) => `${code} ${servicePort}`);
		expect(codes).toEqual(["ADDRESS_CONFLICT shop/web:http"]);
	});
});

describe("addresses that cannot be reached", () => {
	it.each(["0.0.0.0", "127.9.9.9", "169.254.169.254", "224.0.0.1", "239.255.255.255"])("%s", (address) => {
		const objects = [service(), slice([endpoint(address)])];
		expect(foundIn({ objects }, "ENDPOINT_NOT_ROUTABLE")).toHaveLength(1);
	});

	it.each(["::", "::1", "fe80::1", "febf::1", "ff02::1"])("%s", (address) => {
		const objects = [service("web", { clusterIP: "fd00:96::20" }), slice([endpoint(address)], { addressType: "IPv6" })];
		expect(foundIn({ objects }, "ENDPOINT_NOT_ROUTABLE")).toHaveLength(1);
	});

	it.each([
		"1.0.0.1",
		"12.7.0.1",
		"169.253.255.255",
		"169.255.0.1",
		"223.255.255.255",
		"240.0.0.1",
	])("but %s can", (address) => {
		const objects = [service(), slice([endpoint(address)])];
		expect(foundIn({ objects }, "ENDPOINT_NOT_ROUTABLE")).toEqual([]);
	});

	it.each(["::2", "fe7f::1", "fec0::1", "fd00::1", "ff::1"])("but %s can", (address) => {
		const objects = [service("web", { clusterIP: "fd00:96::20" }), slice([endpoint(address)], { addressType: "IPv6" })];
		expect(foundIn({ objects }, "ENDPOINT_NOT_ROUTABLE")).toEqual([]);
	});
});
