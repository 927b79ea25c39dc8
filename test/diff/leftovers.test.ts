import { describe, expect, it } from "vitest";
import { diff } from "../../src/diff/diff.ts";
import { backends, type ProxyMode } from "../../src/index.ts";
import type { NodeState } from "../../src/lang/node-state.ts";
import { CLUSTER } from "../explain/shop.ts";
import { type CompileInput, modelOf } from "../support/compile-objects.ts";

function stateIn(mode: ProxyMode): NodeState {
	const objects = CLUSTER.objects as CompileInput["objects"];
	const model = modelOf({ objects, config: { mode, clusterCIDR: "10.244.0.0/16" }, family: "ipv4" });
	return backends[mode]((backend) => backend.state(backend.build(model)));
}

/** A node that has what is wanted, and all that another mode makes. */
function withBoth(wanted: NodeState, other: NodeState): NodeState {
	const names = new Set([...(wanted.iptables ?? []), ...(other.iptables ?? [])].map(({ name }) => name));
	const iptables = [...names].map((name) => {
		const own = [wanted, other].flatMap(({ iptables: tables = [] }) => tables.filter((table) => table.name === name));
		const chains = new Map(own.flatMap((table) => table.chains).map((chain) => [chain.name, chain]));
		return { name, chains: [...chains.values()], rules: own.flatMap(({ rules }) => rules) };
	});
	return {
		family: wanted.family,
		iptables: names.size === 0 ? undefined : iptables,
		virtualServers: wanted.virtualServers ?? other.virtualServers,
		sets: wanted.sets ?? other.sets,
		dummyIPs: wanted.dummyIPs ?? other.dummyIPs,
		nft: wanted.nft ?? other.nft,
		extent: "node",
	};
}

function leftBy(wanted: ProxyMode, other: ProxyMode): readonly string[] {
	const current = stateIn(wanted);
	const { findings } = diff(withBoth(current, stateIn(other)), current, { telling: "live" });
	return findings.filter(({ code }) => code === "LEFTOVER_MODE").map(({ message }) => message);
}

describe("what one mode left behind under another is told, with how much and what to do", () => {
	it.each<readonly [wanted: ProxyMode, other: ProxyMode, message: RegExp]>([
		[
			"iptables",
			"ipvs",
			/^left behind by the IPVS mode: 4 chains of table filter \(KUBE-IPVS-FILTER.*\), 2 chains of table nat \(.*\), 17 sets \(.*\), \d virtual servers, which .* \d addresses of kube-ipvs0; svcnat cleanup --all removes/,
		],
		[
			"iptables",
			"nftables",
			/^left behind by the nftables mode: table ip kube-proxy with \d+ chains, whose rules count too; svcnat cleanup --all removes/,
		],
		[
			"ipvs",
			"iptables",
			/^left behind by the iptables mode: .*chains? of table nat \(.*KUBE-SVC-67NZLRHBNDSAWJRO.*\); svcnat cleanup --all removes/,
		],
		["ipvs", "nftables", /^left behind by the nftables mode: table ip kube-proxy with \d+ chains/],
		[
			"nftables",
			"iptables",
			/^left behind by the iptables mode: 1 chain of table mangle .*, 6 chains of table filter .*, \d+ chains of table nat \(KUBE-EXT-67NZLRHBNDSAWJRO.*\); svcnat/,
		],
		[
			"nftables",
			"ipvs",
			/^left behind by the IPVS mode: 6 chains of table filter .*, 17 sets \(.*KUBE-CLUSTER-IP.*\), \d virtual servers, .*; svcnat/,
		],
	])("%s on a node that has had %s", (wanted, other, message) => {
		const found = leftBy(wanted, other);
		expect(found).toHaveLength(1);
		expect(found[0]).toMatch(message);
	});

	it("and nothing where there was one mode only", () => {
		for (const mode of ["iptables", "ipvs", "nftables"] as const) {
			const state = { ...stateIn(mode), extent: "node" as const };
			const { findings, equal } = diff(state, stateIn(mode), { telling: "live" });
			expect({ findings, equal }).toEqual({ findings: [], equal: true });
		}
	});

	it("of a table of the other family with that family", () => {
		const wanted = stateIn("iptables");
		const options = { telling: "live", nftTables: ["ip6 kube-proxy"] } as const;
		expect(diff({ ...wanted, extent: "node" }, wanted, options).findings).toEqual([]);
	});
});
