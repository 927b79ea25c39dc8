import { isKubeProxyChain, isOldChain, isServiceChain } from "../kube/chains.ts";
import { rulePrinter } from "../lang/iptables/print.ts";
import type { Rule } from "../lang/iptables/ruleset.ts";
import type { NodeState } from "../lang/node-state.ts";
import type { Finding } from "./finding.ts";
import { calledChain, type Tables } from "./iptables/chain-index.ts";
import type { CommonGroups } from "./iptables/common-groups.ts";
import { type ChainChange, mixedRules } from "./iptables/compare.ts";
import { rulesInFront } from "./iptables/in-front.ts";
import { drainingServers } from "./ipvs/compare.ts";
import { type Leftover, leftoverFindings } from "./leftovers.ts";
import type { NftDifference } from "./nft/compare.ts";
import { nftFindings } from "./nft/findings.ts";
import type { Owners } from "./owner.ts";
import { list, plural } from "./words.ts";

/** What a node has beside what was compared. */
export interface Surroundings {
	/** The side that is looked at: what the node has. */
	readonly state: NodeState;
	readonly tables: Tables;
	/** What it should have. */
	readonly wanted: NodeState;
	readonly wantedTables: Tables;
	readonly changes: readonly ChainChange[];
	readonly owners: Owners;
	/** How kube-proxy's table of nftables differs; undefined when one side does not know. */
	readonly nft: NftDifference | undefined;
	readonly leftovers: readonly Leftover[];
	/** Rules of kube-proxy's beside those that were compared, in words. */
	readonly beside: string | undefined;
}

/** Everything worth a word: what stands in the way, and what is left behind. */
export function findThings(around: Surroundings): readonly Finding[] {
	return [
		...(around.beside === undefined
			? []
			: [{ code: "BOTH_BACKENDS", severity: "error", message: around.beside } as const]),
		...inFrontFindings(around),
		...leftoverChains(around),
		...leftoverFindings(around.leftovers),
		...orphans(around),
		...nftFindings(around.state, around.nft),
		...drainingServers(around.state, around.wanted).map(([server, real]) =>
			warning(
				"DRAINING",
				`virtual server ${server}: real server ${real} has weight 0: it gets no new connections and is removed when its last one ends`,
			),
		),
	];
}

function warning(code: Finding["code"], message: string): Finding {
	return { code, severity: "warning", message };
}

/** Only where there is something to compare with: of two dumps each has its own order. */
function inFrontFindings({ state, tables, wanted, wantedTables }: Surroundings): readonly Finding[] {
	if (wanted.extent !== "kube-proxy" || state.extent !== "node") return [];
	const print = rulePrinter(state.family, "save");
	return [...tables].flatMap(([table, { chains, policies }]) =>
		[...policies.keys()].flatMap((chain) => {
			const { inFront, doubtful } = rulesInFront(chains.get(chain) ?? [], mixedRules(tables, wantedTables, table));
			const say = (rule: Rule, severity: Finding["severity"], what: string): Finding => {
				const message = `table ${table}: a rule of somebody else stands before kube-proxy's in ${chain} and ${what}: ${print(rule)}`;
				return { code: "RULE_IN_FRONT", severity, message };
			};
			return [
				...inFront.map((rule) => say(rule, "error", "takes packets from them")),
				...doubtful.map((rule) => say(rule, "warning", "might take packets from them")),
			];
		}),
	);
}

function leftoverChains({ tables }: Surroundings): readonly Finding[] {
	return [...tables].flatMap(([table, { chains }]) => {
		const old = [...chains.keys()].filter(isOldChain);
		if (old.length === 0) return [];
		return [
			warning(
				"LEFTOVER_VERSION",
				`table ${table}: ${plural(old.length, "chain")} of a kube-proxy or kubelet before 1.30: ${list(old)}`,
			),
		];
	});
}

/** No rule leads to this one: kube-proxy only looks whether it is still there. */
const CANARY = "KUBE-PROXY-CANARY";

/** Chains of kube-proxy's that differ, and to which nothing leads, or which belong to no known Service. */
function orphans({ state, tables, changes, owners }: Surroundings): readonly Finding[] {
	// A restore text does not hold the jumps from built-in chains.
	if (state.extent === "restored") return [];
	return [...tables].flatMap(([table, { chains, common }]) => {
		const differing = changes.filter((change) => change.table === table).map(({ chain }) => chain);
		const own = differing.filter((chain) => chains.has(chain) && isKubeProxyChain(chain) && chain !== CANARY);
		const called = calledOf(chains, common, new Set(own));
		const alone = own.filter((chain) => !called.has(chain));
		const nameless = own.filter((chain) => isServiceChain(chain) && owners.ofChain(chain) === chain);
		return [
			...(alone.length > 0 ? [warning("CHAIN_UNREACHABLE", `table ${table}: no rule leads to ${list(alone)}`)] : []),
			...(nameless.length > 0
				? [warning("CHAIN_WITHOUT_OWNER", `table ${table}: no Service is known for ${list(nameless)}`)]
				: []),
		];
	});
}

/** Those of some chains to which a rule leads. */
function calledOf(
	chains: ReadonlyMap<string, readonly Rule[]>,
	common: CommonGroups | undefined,
	wanted: ReadonlySet<string>,
): ReadonlySet<string> {
	const called = new Set<string>();
	const look = (rules: readonly Rule[]): void => {
		for (const rule of rules) {
			const chain = calledChain(rule);
			if (chain !== undefined && wanted.has(chain)) called.add(chain);
		}
	};
	for (const rules of chains.values()) if (called.size < wanted.size) look(rules);
	if (called.size === wanted.size) return called;
	for (const { rules } of common?.groups() ?? []) if (called.size < wanted.size) look(rules);
	return called;
}
