import { describe, expect, it } from "vitest";
import { type Difference, diff } from "../../src/diff/diff.ts";
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

function leftBy(wanted: ProxyMode, left: NodeState): Pick<Difference, "equal" | "leftovers" | "findings"> {
	const current = stateIn(wanted);
	const { equal, leftovers, findings } = diff(withBoth(current, left), current, { telling: "live" });
	return { equal, leftovers, findings: findings.filter(({ code }) => code === "LEFTOVER_MODE") };
}

describe("what one mode left behind under another is told, with how much and what to do", () => {
	it.each<readonly [wanted: ProxyMode, other: ProxyMode, message: RegExp]>([
		[
			"iptables",
			"ipvs",
			/^left behind by the IPVS mode, and can still take packets: 4 chains of table filter \(KUBE-IPVS-FILTER.*\), 2 chains of table nat \(.*\), 17 sets \(.*\), \d virtual servers, which .* \d addresses of kube-ipvs0; svcnat cleanup --proxy-mode ipvs --no-settings removes it, but also the chains that both modes share/,
		],
		[
			"iptables",
			"nftables",
			/^left behind by the nftables mode, and can still take packets: table ip kube-proxy with \d+ chains; svcnat cleanup --proxy-mode nftables --no-settings removes it$/,
		],
		[
			"ipvs",
			"iptables",
			/^left behind by the iptables mode, and can still take packets: .*chains? of table nat \(.*KUBE-SVC-67NZLRHBNDSAWJRO.*\); svcnat cleanup --proxy-mode iptables --no-settings removes it, but also/,
		],
		[
			"ipvs",
			"nftables",
			/^left behind by the nftables mode, and can still take packets: table ip kube-proxy with \d+ chains/,
		],
		[
			"nftables",
			"iptables",
			/^left behind by the iptables mode, and can still take packets: 1 chain of table mangle .*, 6 chains of table filter .*, \d+ chains of table nat \(KUBE-EXT-67NZLRHBNDSAWJRO.*\); svcnat cleanup --proxy-mode iptables --no-settings removes it$/,
		],
		[
			"nftables",
			"ipvs",
			/^left behind by the IPVS mode, and can still take packets: 6 chains of table filter .*, 17 sets \(.*KUBE-CLUSTER-IP.*\), \d virtual servers, .*; svcnat cleanup --proxy-mode ipvs --no-settings removes it$/,
		],
	])("%s on a node that has had %s", (wanted, other, message) => {
		const { findings } = leftBy(wanted, stateIn(other));
		expect(findings).toHaveLength(1);
		expect(findings[0]?.message).toMatch(message);
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

describe("what is left behind and can still take packets is an error, and no difference", () => {
	const nothing = { iptables: undefined, virtualServers: undefined, sets: undefined, dummyIPs: undefined };

	it.each<readonly [what: string, wanted: ProxyMode, left: NodeState]>([
		["virtual servers of the mode", "iptables", { ...stateIn("ipvs"), iptables: undefined, dummyIPs: undefined }],
		["addresses of the mode's interface", "nftables", { ...stateIn("ipvs"), ...nothing, dummyIPs: ["10.96.0.1"] }],
		["chains that built-in ones lead to", "nftables", stateIn("iptables")],
		["a table that the kernel calls", "iptables", stateIn("nftables")],
	])("%s", (_, wanted, left) => {
		const { equal, leftovers, findings } = leftBy(wanted, left);
		expect({ equal, modes: leftovers.length, severities: findings.map(({ severity }) => severity) }).toEqual({
			equal: true,
			modes: 1,
			severities: ["error"],
		});
	});

	it.each<readonly [what: string, wanted: ProxyMode, left: NodeState]>([
		["sets", "iptables", { ...stateIn("ipvs"), ...nothing, sets: stateIn("ipvs").sets }],
		[
			"chains to which nothing leads",
			"nftables",
			{ ...stateIn("iptables"), iptables: withoutJumps(stateIn("iptables")) },
		],
		["a table that is switched off", "iptables", switchedOff(stateIn("nftables"))],
		[
			"virtual servers of somebody else, beside sets",
			"iptables",
			{
				...stateIn("ipvs"),
				iptables: undefined,
				dummyIPs: [],
				virtualServers: stateIn("ipvs")
					.virtualServers?.slice(0, 1)
					.map((server) => ({ ...server, ip: "192.0.2.99" })),
			},
		],
	])("but %s are a warning", (_, wanted, left) => {
		const { equal, leftovers, findings } = leftBy(wanted, left);
		expect({ equal, leftovers, severities: findings.map(({ severity }) => severity) }).toEqual({
			equal: true,
			leftovers: [],
			severities: ["warning"],
		});
	});
});

function withoutJumps({ iptables = [] }: NodeState): NodeState["iptables"] {
	return iptables.map((table) => ({ ...table, rules: table.rules.filter(({ chain }) => chain.startsWith("KUBE-")) }));
}

function switchedOff(state: NodeState): NodeState {
	return { ...state, nft: state.nft?.map((table) => ({ ...table, unknown: ["flags dormant"] })) };
}
