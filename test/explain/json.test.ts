import { describe, expect, it } from "vitest";
import { describeExplanation } from "../../src/explain/print/describe.ts";
import { explained } from "./explained.ts";
import { WEB } from "./shop.ts";

describe("the JSON of an explanation", () => {
	it("has the fields of the contract", () => {
		const found = JSON.parse(JSON.stringify(describeExplanation(explained("service", { objects: WEB }, "shop/web"))));
		expect(Object.keys(found)).toEqual([
			"service",
			"node",
			"proxyMode",
			"type",
			"internalTrafficPolicy",
			"externalTrafficPolicy",
			"frontends",
			"endpoints",
			"chains",
			"dns",
			"environment",
			"environmentIn",
			"loadBalancer",
			"findings",
		]);
		expect(found.endpoints[0]).toMatchObject({
			address: "10.244.1.1",
			port: 8080,
			used: true,
			by: ["Cluster", "Local"],
			reason: null,
		});
		expect(found.endpoints[2]).toMatchObject({
			address: "10.244.2.2",
			port: 8080,
			used: false,
			by: [],
			code: "not-ready",
		});
		expect(found.frontends[1]).toMatchObject({
			name: "203.0.113.9:80/tcp",
			ipFamily: "ipv4",
			servicePort: "shop/web:http",
			kind: "load-balancer-ip",
			addresses: ["203.0.113.9"],
			sourceRanges: ["198.51.100.0/24"],
			clients: [
				{ from: "pod", verdict: "dropped", endpoints: 0 },
				{ from: "node", verdict: "dropped", endpoints: 0 },
				{ from: "outside", verdict: "served", endpoints: 1, masqueraded: 0 },
			],
		});
		for (const finding of found.findings) {
			expect(finding).toEqual(
				expect.objectContaining({
					code: expect.any(String),
					severity: expect.any(String),
					message: expect.any(String),
				}),
			);
		}
	});

	it.each<readonly [kind: "address" | "chain" | "node", question: string, keys: readonly string[]]>([
		["address", "10.96.0.20:80", ["address", "node", "owners", "traffic", "findings"]],
		["chain", "KUBE-SERVICES", ["chain", "node", "purpose", "tables", "findings"]],
		[
			"node",
			"node",
			[
				"node",
				"proxyMode",
				"zone",
				"addresses",
				"nodePorts",
				"externalIPs",
				"healthChecks",
				"findings",
				"podCIDRs",
				"families",
				"endpoints",
			],
		],
	])("%s %s has its own", (kind, question, keys) => {
		const found = describeExplanation(explained(kind, { objects: WEB }, question));
		expect(Object.keys(JSON.parse(JSON.stringify(found)))).toEqual(keys);
	});

	it("has virtual servers and entries of sets in IPVS mode", () => {
		const cluster = { objects: WEB, config: { mode: "ipvs" }, families: ["ipv4"] as const };
		const found = JSON.parse(JSON.stringify(describeExplanation(explained("service", cluster, "shop/web"))));
		expect(found.virtualServers[0]).toEqual({
			ipFamily: "ipv4",
			servicePort: "shop/web:http",
			protocol: "tcp",
			ip: "10.96.0.20",
			port: 80,
			scheduler: "rr",
			realServers: [
				{ ip: "10.244.1.1", port: 8080, weight: 1 },
				{ ip: "10.244.2.1", port: 8080, weight: 1 },
			],
		});
		expect(found.setEntries).toContainEqual({ ipFamily: "ipv4", set: "KUBE-CLUSTER-IP", entry: "10.96.0.20,tcp:80" });
	});
});
