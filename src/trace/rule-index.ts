import { canonicalRule } from "../lang/iptables/canonical.ts";
import { onlyHost, onlyPort } from "../lang/iptables/only-match.ts";
import type { Rule, Table } from "../lang/iptables/ruleset.ts";
import { rulesByChain } from "../lang/iptables/ruleset.ts";
import { actionOf } from "./apply-target.ts";

/** A rule with its place in its chain. */
export interface NumberedRule {
	/** As it was written. */
	readonly rule: Rule;
	/** Canonical: what is evaluated. */
	readonly canonical: Rule;
	/** From 1. */
	readonly number: number;
	/** What it does, in a few words: `jump KUBE-SERVICES`. */
	readonly action: string;
}

/** The rules of one chain, ready to be asked for a packet. */
export interface IndexedChain {
	readonly policy: string | undefined;
	readonly length: number;
	/** Those that might match a packet to an address and port, in order. */
	readonly candidates: (ip: string, protocol: string, port: number) => readonly NumberedRule[];
}

/** The chain of a name; undefined when the table has none. */
export type ChainOf = (name: string) => IndexedChain | undefined;

/**
 * Makes tables ready, by name: each chain is indexed when it is first asked for. Tables of one name belong to the two
 * programs called iptables, and are asked one after the other.
 */
export function indexRules(tables: readonly Table[]): ReadonlyMap<string, readonly ChainOf[]> {
	const byName = new Map<string, ChainOf[]>();
	for (const table of tables) {
		const known = byName.get(table.name);
		if (known === undefined) byName.set(table.name, [indexTable(table)]);
		else known.push(indexTable(table));
	}
	return byName;
}

function indexTable(table: Table): ChainOf {
	const rules = rulesByChain(table);
	const policies = new Map(table.chains.map(({ name, policy }) => [name, policy]));
	const known = new Map<string, IndexedChain>();
	return (name) => {
		const ready = known.get(name);
		if (ready !== undefined) return ready;
		const own = rules.get(name);
		if (own === undefined) return undefined;
		const chain = indexChain(own, policies.get(name));
		known.set(name, chain);
		return chain;
	};
}

/** Chains of fewer rules are looked through. */
const WORTH_AN_INDEX = 16;

function indexChain(rules: readonly Rule[], policy: string | undefined): IndexedChain {
	const numbered = rules.map((rule, index): NumberedRule => {
		const canonical = canonicalRule(rule);
		return { rule, canonical, number: index + 1, action: actionOf(canonical.target) };
	});
	if (numbered.length < WORTH_AN_INDEX) return { policy, length: rules.length, candidates: () => numbered };
	const groups = new Map<string, NumberedRule[]>();
	for (const one of numbered) {
		const key = `${onlyHost(one.canonical) ?? "*"} ${onlyPort(one.canonical) ?? "*"}`;
		const group = groups.get(key);
		if (group === undefined) groups.set(key, [one]);
		else group.push(one);
	}
	const candidates = (ip: string, protocol: string, port: number): readonly NumberedRule[] => {
		const at = `${protocol} ${port}`;
		const keys = [`${ip} ${at}`, `${ip} *`, `* ${at}`, "* *"];
		const found = keys.map((key) => groups.get(key)).filter((group) => group !== undefined);
		return found.length === 1 ? (found[0] ?? []) : found.flat().sort((a, b) => a.number - b.number);
	};
	return { policy, length: rules.length, candidates };
}
