import { isKubeProxyChain, KUBELET_CHAINS } from "../../kube/chains.ts";
import { canonicalRule } from "../../lang/iptables/canonical.ts";
import type { Rule } from "../../lang/iptables/ruleset.ts";
import { findRules, rulesIn, type Tables } from "./chain-index.ts";
import type { RulesOf } from "./commute.ts";
import { type ChainDifference, compareChain, sameRules } from "./compare-chain.ts";
import { isKubeProxyJump, rulesInFront } from "./in-front.ts";

/** How one chain differs. */
export interface ChainChange extends ChainDifference {
	readonly table: string;
	readonly chain: string;
	/** The chain is on one side only. */
	readonly existence: "both" | "added" | "removed";
	/** Built-in chains have a policy; two of them when it differs. */
	readonly policy: readonly [old: string, current: string] | undefined;
	/** Of a built-in chain, only kube-proxy's jumps were compared. */
	readonly isPartial: boolean;
	/** Rules of others that stand before a jump to kube-proxy's chains and take packets from it, on the old side. */
	readonly inFront: readonly Rule[];
}

/**
 * How much is compared: `everything`; what is `kube-proxy`'s, in whatever company it stands; or what it sends to
 * iptables-restore (`restored`): neither built-in chains nor canaries.
 */
export type Scope = "everything" | "kube-proxy" | "restored";

/** Every chain that differs, table by table. */
export function compareTables(old: Tables, current: Tables, scope: Scope): readonly ChainChange[] {
	const changes: ChainChange[] = [];
	for (const table of new Set([...current.keys(), ...old.keys()])) {
		const rulesOf = canonicalRules(current, table);
		for (const chain of chainsToCompare(old.get(table)?.chains, current.get(table)?.chains)) {
			const isBuiltIn = [old, current].some((side) => side.get(table)?.policies.has(chain) === true);
			if (!isInScope(chain, isBuiltIn, scope)) continue;
			const change =
				isBuiltIn && scope !== "everything"
					? compareJumps(old, current, table, chain)
					: compareOne(old, current, table, chain, scope, rulesOf);
			if (change !== undefined) changes.push(change);
		}
	}
	return changes;
}

type Chains = ReadonlyMap<string, readonly Rule[]>;

/** Chains of both sides, without those of kube-proxy's that are the same in both: mostly all of them. */
function* chainsToCompare(before: Chains = new Map(), after: Chains = new Map()): Iterable<string> {
	for (const [chain, rules] of after) {
		const old = before.get(chain);
		if (old === undefined || !chain.startsWith("KUBE-") || !sameRules(old, rules)) yield chain;
	}
	for (const chain of before.keys()) if (!after.has(chain)) yield chain;
}

function isInScope(chain: string, isBuiltIn: boolean, scope: Scope): boolean {
	if (KUBELET_CHAINS.includes(chain)) return false;
	if (scope === "everything") return true;
	if (isBuiltIn) return scope === "kube-proxy";
	return isKubeProxyChain(chain) && !(scope === "restored" && NOT_RESTORED.includes(chain));
}

/** kube-proxy makes these chains with single commands. */
const NOT_RESTORED: readonly string[] = ["KUBE-PROXY-CANARY"];

function compareOne(
	old: Tables,
	current: Tables,
	table: string,
	chain: string,
	scope: Scope,
	rulesOf: RulesOf,
): ChainChange | undefined {
	const [before, after] = [old.get(table)?.chains.get(chain), current.get(table)?.chains.get(chain)];
	const difference = compareChain(
		withoutKubelet(chain, before),
		withoutKubelet(chain, after),
		// What order does is asked of the new side: on the old one a rule that makes it matter may be missing.
		rulesOf,
	);
	const existence = before === undefined ? "added" : after === undefined ? "removed" : "both";
	const policy = policyChange(old, current, table, chain);
	// KUBE-FIREWALL is created even where it stays empty, and a restore text does not mention it then.
	const isEmpty = (before ?? after ?? []).length === 0;
	// A tool that lists no table has one whose built-in chains let everything pass.
	const isHarmless = scope === "restored" || isAccepting(old, current, table, chain);
	const isMissing = existence !== "both" && !(isEmpty && isHarmless);
	if (difference === undefined && !isMissing && policy === undefined) return undefined;
	return { table, chain, existence, policy, isPartial: false, inFront: [], ...(difference ?? NOTHING) };
}

/** Whether this is a built-in chain, with policy ACCEPT wherever it is listed. */
function isAccepting(old: Tables, current: Tables, table: string, chain: string): boolean {
	const policies = [old, current]
		.map((side) => side.get(table)?.policies.get(chain))
		.filter((policy) => policy !== undefined);
	return policies.length > 0 && policies.every((policy) => policy === "ACCEPT");
}

const NOTHING: ChainDifference = { removed: [], added: [], moved: [] };

const KUBELETS_TOO = "KUBE-FIREWALL";

/** The kubelet of old versions shares KUBE-FIREWALL, with a rule for its own mark. */
export function isKubeletRule({ chain, matches }: Rule): boolean {
	if (chain !== KUBELETS_TOO) return false;
	return matches.some(
		(match) => match.kind === "comment" && match.text === "kubernetes firewall for dropping marked packets",
	);
}

function withoutKubelet(chain: string, rules: readonly Rule[] = []): readonly Rule[] {
	return chain === KUBELETS_TOO ? rules.filter((rule) => !isKubeletRule(rule)) : rules;
}

function policyChange(old: Tables, current: Tables, table: string, chain: string): ChainChange["policy"] {
	const [before, after] = [old.get(table)?.policies.get(chain), current.get(table)?.policies.get(chain)];
	return before === undefined || after === undefined || before === after ? undefined : [before, after];
}

/** The rules of chains in canonical form, each made when it is first asked for. */
export function canonicalRules(tables: Tables, table: string): RulesOf {
	const known = new Map<string, readonly Rule[]>();
	return (chain) => {
		const rules = findRules(tables, table, chain);
		if (rules === undefined) return undefined;
		const seen = known.get(chain) ?? rules.map(canonicalRule);
		known.set(chain, seen);
		return seen;
	};
}

/** The rules of kube-proxy's chains as they should be, and of those of others as they are. */
export function mixedRules(own: Tables, wanted: Tables, table: string): RulesOf {
	const [mine, theirs] = [canonicalRules(wanted, table), canonicalRules(own, table)];
	return (chain) => (isKubeProxyChain(chain) ? mine(chain) : theirs(chain));
}

/** Of a built-in chain only the jumps to kube-proxy's chains count, and what of others stands before them. */
function compareJumps(old: Tables, current: Tables, table: string, chain: string): ChainChange | undefined {
	const before = rulesIn(old, table, chain);
	const after = rulesIn(current, table, chain).filter(isKubeProxyJump);
	const rulesOf = mixedRules(old, current, table);
	const difference = compareChain(before.filter(isKubeProxyJump), after, rulesOf);
	const { inFront, behind } = rulesInFront(before, rulesOf);
	if (difference === undefined && inFront.length === 0) return undefined;
	const { removed, added, moved } = difference ?? NOTHING;
	const alsoMoved = behind.filter((rule) => ![...removed, ...moved].includes(rule));
	const all = { removed, added, moved: [...moved, ...alsoMoved], inFront };
	return { table, chain, existence: "both", policy: undefined, isPartial: true, ...all };
}
