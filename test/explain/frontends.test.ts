import { describe, expect, it } from "vitest";
import { type Frontend, frontendName } from "../../src/explain/frontends.ts";
import { printExplanation } from "../../src/explain/print/print-text.ts";
import { explained } from "./explained.ts";
import {
	type Cluster,
	DUAL,
	endpoint,
	ingress,
	type Manifest,
	NODES,
	NOT_READY,
	service,
	slice,
} from "./findings/cluster.ts";

const NODE_PORT = { type: "NodePort", ports: [{ name: "http", port: 80, nodePort: 30080 }] };
const HERE = slice([endpoint("10.244.1.1"), endpoint("10.244.2.1", "n2")]);
const ELSEWHERE = slice([endpoint("10.244.2.1", "n2")]);

/** `NAME POLICY: pod …, node …, outside …`, with what each meets. */
function met(frontend: Frontend): string {
	const clients = frontend.reaches.map(({ from, verdict, shares, masqueraded }) => {
		return `${from} ${verdict === "served" ? `${shares.size}${masqueraded > 0 ? "m" : ""}` : verdict}`;
	});
	return `${frontend.kind} ${frontendName(frontend)} ${frontend.policy}: ${clients.join(", ")}`;
}

function frontends(objects: readonly Manifest[], more: Partial<Cluster> = {}): readonly Frontend[] {
	return explained("service", { objects: [...NODES, ...objects], ...more }, "shop/web").frontends;
}

describe.each(["iptables", "ipvs"] as const)("frontends in %s mode", (mode) => {
	it.each<readonly [what: string, objects: readonly Manifest[], expected: readonly string[]]>([
		["a cluster IP", [service(), HERE], ["cluster-ip 10.96.0.20:80/tcp Cluster: pod 2, node 2m, outside 2m"]],
		[
			"a cluster IP with internal policy Local",
			[service("web", { internalTrafficPolicy: "Local" }), HERE],
			["cluster-ip 10.96.0.20:80/tcp Local: pod 1, node 1m, outside 1m"],
		],
		[
			"a node port",
			[service("web", NODE_PORT), HERE],
			[
				"cluster-ip 10.96.0.20:80/tcp Cluster: pod 2, node 2m, outside 2m",
				"node-port node:30080/tcp Cluster: pod 2m, node 2m, outside 2m",
			],
		],
		[
			"an external IP",
			[service("web", { externalIPs: ["198.51.100.7", "198.51.100.7"] }), HERE],
			[
				"cluster-ip 10.96.0.20:80/tcp Cluster: pod 2, node 2m, outside 2m",
				"external-ip 198.51.100.7:80/tcp Cluster: pod 2m, node 2m, outside 2m",
			],
		],
		[
			"a load-balancer IP",
			[service("web", { type: "LoadBalancer" }, ingress("203.0.113.9")), HERE],
			[
				"cluster-ip 10.96.0.20:80/tcp Cluster: pod 2, node 2m, outside 2m",
				"load-balancer-ip 203.0.113.9:80/tcp Cluster: pod 2m, node 2m, outside 2m",
			],
		],
		[
			"both families",
			[service("web", DUAL), HERE],
			[
				"cluster-ip 10.96.0.20:80/tcp Cluster: pod 2, node 2m, outside 2m",
				"cluster-ip [fd00:96::20]:80/tcp Cluster: pod rejected, node rejected, outside rejected",
			],
		],
		[
			"no endpoint that is ready",
			[service("web", NODE_PORT), slice([endpoint("10.244.1.1", "n1", NOT_READY)])],
			[
				"cluster-ip 10.96.0.20:80/tcp Cluster: pod rejected, node rejected, outside rejected",
				"node-port node:30080/tcp Cluster: pod rejected, node rejected, outside rejected",
			],
		],
	])("%s", (_, objects, expected) => {
		expect(frontends(objects, { config: { mode } }).map(met)).toEqual(expected);
	});

	it("answer for source ranges from inside one of them, and say them", () => {
		const spec = { type: "LoadBalancer", loadBalancerSourceRanges: ["192.0.2.0/24", "203.0.113.128/25"] };
		const found = frontends([service("web", spec, ingress("203.0.113.9")), HERE], { config: { mode } });
		const balancer = found.find(({ kind }) => kind === "load-balancer-ip");
		expect(balancer?.sourceRanges).toEqual(["192.0.2.0/24", "203.0.113.128/25"]);
		expect(balancer?.reaches.map(({ from, verdict }) => [from, verdict])).toEqual([
			["pod", "dropped"],
			["node", "served"],
			["outside", "served"],
		]);
	});
});

describe("node ports", () => {
	it("with policy Local and endpoints elsewhere are dropped from outside only", () => {
		const spec = { ...NODE_PORT, externalTrafficPolicy: "Local" };
		expect(frontends([service("web", spec), ELSEWHERE]).map(met)).toEqual([
			"cluster-ip 10.96.0.20:80/tcp Cluster: pod 1, node 1m, outside 1m",
			"node-port node:30080/tcp Local: pod 1, node 1m, outside dropped",
		]);
	});

	it.each<readonly [config: Manifest, ips: readonly string[]]>([
		[{}, ["192.0.2.1", "127.0.0.1"]],
		[{ iptables: { localhostNodePorts: false } }, ["192.0.2.1"]],
		[{ nodePortAddresses: ["192.0.2.0/24"] }, ["192.0.2.1"]],
		[{ nodePortAddresses: ["10.9.0.0/16"] }, []],
		[{ mode: "ipvs" }, ["192.0.2.1"]],
	])("with %j answer on %j", (config, ips) => {
		const found = frontends([service("web", NODE_PORT), HERE], { config });
		const port = found.find(({ kind }) => kind === "node-port");
		expect(port?.ips).toEqual(ips);
		expect(port?.reaches).toHaveLength(ips.length === 0 ? 0 : 3);
	});
});

describe("an address that another Service has too", () => {
	it.each<readonly [mode: string, winner: string, loser: string, ip: string]>([
		["iptables", "api", "web", "10.96.0.20"],
		["ipvs", "web", "api", "10.96.0.10"],
	])("is in %s mode that of %s, and %s is told so", (mode, winner, loser, ip) => {
		const spec = { externalIPs: ["198.51.100.7"] };
		const others = slice([endpoint("10.244.2.9", "n2")], { name: "api-1", service: "api" });
		const objects = [
			...NODES,
			service("api", { ...spec, clusterIP: "10.96.0.10" }),
			others,
			service("web", spec),
			HERE,
		];
		const found = explained("service", { objects, config: { mode }, families: ["ipv4"] }, `shop/${loser}`);
		const external = found.frontends.find(({ kind }) => kind === "external-ip");
		expect(external?.reaches.map(({ servedBy }) => servedBy)).toEqual(Array(3).fill(`shop/${winner}:http`));
		expect(found.endpoints.flatMap(({ shares }) => shares.map(({ kind }) => kind))).not.toContain("external-ip");
		const [first, ...rest] = printExplanation(found, false).split("\n");
		expect(first).toMatch(
			new RegExp(`; reachable at ${ip}:80/TCP \\(http\\); taken by shop/${winner}:http at 198.51.100.7:80/TCP`),
		);
		expect(rest.find((line) => line.startsWith("  external IP "))).toMatch(
			new RegExp(`[12] endpoints? of shop/${winner}:http, masqueraded`),
		);
	});
});
