import { describe, expect, it } from "vitest";
import type { EndpointRow } from "../../src/explain/endpoint-row.ts";
import { explain } from "../../src/explain/explain.ts";
import { printExplanation } from "../../src/explain/print/print-text.ts";
import { newRule } from "../../src/lang/iptables/ruleset.ts";
import { explained } from "./explained.ts";
import { type Cluster, DUAL, endpoint, type Manifest, NODES, service, slice } from "./findings/cluster.ts";
import { clusterContext } from "./findings/context.ts";

const GOOD = endpoint("10.244.1.1");

function rows(objects: readonly Manifest[], more: Partial<Cluster> = {}): readonly EndpointRow[] {
	return explained("service", { objects: [...NODES, ...objects], ...more }, "shop/web").endpoints;
}

describe("endpoints that serve", () => {
	const LOCAL = {
		type: "NodePort",
		externalTrafficPolicy: "Local",
		ports: [{ name: "http", port: 80, nodePort: 30080 }],
	};

	it("say which policy's traffic they get, and how much of each frontend", () => {
		const found = rows([
			service("web", LOCAL),
			slice([GOOD, endpoint("10.244.2.1", "n2"), endpoint("10.244.2.2", "n2")]),
		]);
		const share = (frontend: string, kind: string, from: string, part: number) => ({
			frontend,
			kind,
			from,
			share: expect.closeTo(part, 9),
		});
		const [cluster, port] = ["10.96.0.20:80/tcp", "node:30080/tcp"];
		const third = (["pod", "node", "outside"] as const).map((from) => share(cluster, "cluster-ip", from, 1 / 3));
		const inside = (["pod", "node"] as const).map((from) => share(port, "node-port", from, 1 / 3));
		const shown = found.map(({ address, by, shares }) => ({ address, by, shares }));
		expect(shown).toEqual([
			{
				address: "10.244.1.1",
				by: ["Cluster", "Local"],
				shares: [...third, ...inside, share(port, "node-port", "outside", 1)],
			},
			{ address: "10.244.2.1", by: ["Cluster"], shares: [...third, ...inside] },
			{ address: "10.244.2.2", by: ["Cluster"], shares: [...third, ...inside] },
		]);
	});

	it("count how many further addresses have no effect", () => {
		const [row] = rows([service(), slice([{ ...GOOD, addresses: ["10.244.1.1", "10.244.1.2", "10.244.1.3"] }])]);
		expect(row).toMatchObject({ address: "10.244.1.1", isUsed: true, furtherAddresses: 2 });
	});

	it("are not those of a slice of the other family, when the Service has both", () => {
		const v6 = slice([endpoint("fd00::1")], { name: "web-2", addressType: "IPv6" });
		const both = rows([service("web", DUAL), slice([GOOD]), v6]);
		expect(both.map(({ family, address, isUsed }) => [family, address, isUsed])).toEqual([
			["ipv4", "10.244.1.1", true],
			["ipv6", "fd00::1", true],
		]);
		const one = rows([service("web", DUAL), slice([GOOD]), v6], { families: ["ipv4"] });
		expect(one.map(({ address }) => address)).toEqual(["10.244.1.1"]);
	});

	it("are counted once for each port, and only for the port that is asked about", () => {
		const ports = ["http", "admin"].map((name, index) => ({ name, port: 80 + index, protocol: "TCP" }));
		const cluster = { objects: [...NODES, service("web", { ports }), slice([GOOD], { ports })] };
		const portsOf = (question: string): readonly unknown[] =>
			explained("service", cluster, question).endpoints.map(({ servicePort, port }) => [servicePort, port]);
		expect(portsOf("shop/web")).toEqual([
			["shop/web:http", 80],
			["shop/web:admin", 81],
		]);
		expect(portsOf("shop/web:admin")).toEqual([["shop/web:admin", 81]]);
	});

	it("have shares too where pods are known by their interface", () => {
		const config = { detectLocalMode: "BridgeInterface", detectLocal: { bridgeInterface: "cbr0" } };
		const known = rows([service(), slice([GOOD])], { config });
		expect(known.flatMap(({ shares }) => shares.map(({ from, share }) => [from, share]))).toEqual([
			["pod", 1],
			["node", 1],
			["outside", 1],
		]);
	});

	it("have no share where the rules do not tell", () => {
		const context = clusterContext({ objects: [...NODES, service(), slice([GOOD])], families: ["ipv4"] });
		const limited = newRule(
			"FORWARD",
			[{ kind: "unknown", words: ["-m", "limit", "--limit", "3/sec"] }],
			{ kind: "drop" },
			undefined,
		);
		const nodes = context.nodes.map(({ model, state }) => {
			const tables = state.iptables?.map((table) =>
				table.name === "filter" ? { ...table, rules: [limited, ...table.rules] } : table,
			);
			return { model, state: { ...state, iptables: tables } };
		});
		const target = { kind: "service", namespace: "shop", name: "web", port: undefined } as const;
		const found = explain({ ...context, nodes }, target);
		if (found.kind !== "service") throw new Error(found.kind);
		expect(found.frontends[0]?.reaches.map(({ from, verdict }) => [from, verdict])).toEqual([
			["pod", "unknown"],
			["node", "served"],
			["outside", "unknown"],
		]);
		expect(found.endpoints[0]?.shares.map(({ from }) => from)).toEqual(["node"]);
		expect(printExplanation(found, false)).toContain("cannot tell");
	});
});
