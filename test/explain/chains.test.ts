import { describe, expect, it } from "vitest";
import { explained } from "./explained.ts";
import { CLUSTER } from "./shop.ts";

describe("whose a chain is", () => {
	it.each<
		readonly [chain: string, servicePort: string | undefined, endpoint: string | undefined, callers: readonly string[]]
	>([
		["KUBE-SVC-67NZLRHBNDSAWJRO", "shop/web:http", undefined, ["KUBE-EXT-67NZLRHBNDSAWJRO", "KUBE-SERVICES"]],
		["KUBE-SVL-67NZLRHBNDSAWJRO", "shop/web:http", undefined, ["KUBE-EXT-67NZLRHBNDSAWJRO"]],
		["KUBE-EXT-67NZLRHBNDSAWJRO", "shop/web:http", undefined, ["KUBE-NODEPORTS", "KUBE-SERVICES"]],
		["KUBE-POSTROUTING", undefined, undefined, ["POSTROUTING"]],
		["KUBE-PROXY-CANARY", undefined, undefined, []],
		["PREROUTING", undefined, undefined, []],
	])("%s", (name, servicePort, address, callers) => {
		const found = explained("chain", { ...CLUSTER, families: ["ipv4"] }, name);
		expect(found).toMatchObject({ name, servicePort, endpoint: address });
		expect(new Set(found.places.flatMap((place) => place.callers.map(({ chain }) => chain)))).toEqual(new Set(callers));
	});

	it("says of an endpoint's chain which endpoint, and of each rule its place and reason", () => {
		const web = explained("service", { ...CLUSTER, families: ["ipv4"] }, "shop/web");
		const own = web.chains.find(({ endpoint: address }) => address === "10.244.4.1:8080");
		const found = explained("chain", { ...CLUSTER, families: ["ipv4"] }, own?.name ?? "");
		expect(found).toMatchObject({ servicePort: "shop/web:http", endpoint: "10.244.4.1:8080" });
		expect(found.places).toHaveLength(1);
		expect(found.places[0]?.rules.map(({ number, meaning }) => [number, meaning])).toEqual([
			[1, "an endpoint that reaches itself through the Service is masqueraded"],
			[2, "the destination becomes this endpoint"],
		]);
		expect(found.places[0]?.callers.map(({ chain, number }) => [chain, number])).toEqual([
			["KUBE-SVC-67NZLRHBNDSAWJRO", 3],
		]);
	});

	it.each([
		"KUBE-SERVICES",
		"KUBE-NODE-PORT",
		"KUBE-IPVS-FILTER",
		"KUBE-LOAD-BALANCER",
	])("knows %s of the IPVS mode", (name) => {
		const found = explained("chain", { ...CLUSTER, config: { mode: "ipvs" } }, name);
		expect(found.servicePort).toBeUndefined();
		expect(found.purpose).not.toContain("kernel's own");
	});

	it("has words for every chain of kube-proxy's", () => {
		for (const mode of ["iptables", "ipvs"]) {
			const web = explained("service", { ...CLUSTER, config: { mode } }, "shop/web");
			const purposes = web.chains.map(({ purpose }) => purpose);
			expect(purposes.filter((purpose) => purpose.includes("kernel's own"))).toEqual([]);
		}
	});
});

describe("what belongs to a Service", () => {
	it("in iptables mode are chains of its own and rules in those all share, no other Service's", () => {
		const { chains } = explained("service", { ...CLUSTER, families: ["ipv4"] }, "shop/web");
		expect(
			chains.map(({ table, name, isShared, rules }) => `${table} ${shortened(name)} ${isShared} ${rules.length}`),
		).toEqual([
			"filter KUBE-NODEPORTS true 1",
			"nat KUBE-EXT false 4",
			"nat KUBE-SVC false 3",
			"nat KUBE-SVL false 1",
			"nat KUBE-SEP false 2",
			"nat KUBE-SEP false 2",
			"nat KUBE-SERVICES true 3",
			"nat KUBE-NODEPORTS true 2",
		]);
		expect(chains.flatMap(({ rules }) => rules).filter(({ text }) => !/shop\/web|67NZLRHBNDSAWJRO/.test(text))).toEqual(
			[],
		);
	});

	it("in IPVS mode are virtual servers and entries of sets", () => {
		const config = { mode: "ipvs" };
		const { servers, entries, chains } = explained("service", { ...CLUSTER, config, families: ["ipv4"] }, "shop/web");
		expect(servers.map(({ server }) => `${server.ip}:${server.port} ${server.realServers.length}`).sort()).toEqual([
			"10.96.0.20:80 2",
			"192.0.2.1:30080 1",
			"198.51.100.7:80 1",
			"203.0.113.9:80 1",
		]);
		expect(entries.map(({ set, entry }) => `${set} ${entry}`)).toEqual([
			"KUBE-LOOP-BACK 10.244.1.1,tcp:8080,10.244.1.1",
			"KUBE-CLUSTER-IP 10.96.0.20,tcp:80",
			"KUBE-EXTERNAL-IP-LOCAL 198.51.100.7,tcp:80",
			"KUBE-LOAD-BALANCER 203.0.113.9,tcp:80",
			"KUBE-LOAD-BALANCER-LOCAL 203.0.113.9,tcp:80",
			"KUBE-NODE-PORT-TCP 30080",
			"KUBE-NODE-PORT-LOCAL-TCP 30080",
			"KUBE-HEALTH-CHECK-NODE-PORT 32100",
			"KUBE-IPVS-IPS 10.96.0.20",
			"KUBE-IPVS-IPS 198.51.100.7",
			"KUBE-IPVS-IPS 203.0.113.9",
		]);
		expect(chains).toEqual([]);
	});
});

function shortened(name: string): string {
	return name.replace(/-[A-Z2-7]{16}$/, "");
}
