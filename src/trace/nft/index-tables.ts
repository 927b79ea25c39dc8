import type { Chain, Rule, Table } from "../../lang/nft/table.ts";
import type { BaseChain, ChainOf, IndexedChain } from "../chain.ts";
import { HOOKS, type Hook } from "../packet.ts";
import { ruleAsker } from "./ask-rule.ts";
import { type Containers, indexContainers } from "./containers.ts";

/**
 * Makes tables of nftables ready. Of base chains with the same priority the one that was made last comes first: they are
 * listed in the order in which they were made. Source: measured.
 *
 * @param hasIptables the rules of iptables are known from elsewhere: tables that iptables-nft made are left out
 */
export function indexNft(tables: readonly Table[], hasIptables: boolean): (hook: Hook) => readonly BaseChain[] {
	const awake = tables.filter((table) => !isAsleep(table) && !(hasIptables && isOfIptables(table)));
	const chains = awake.flatMap(baseChainsOf).reverse();
	return (hook) => chains.filter((chain) => chain.hook === hook).map(({ base }) => base);
}

interface HookedChain {
	readonly hook: Hook;
	readonly base: BaseChain;
}

function baseChainsOf(table: Table): readonly HookedChain[] {
	const name = `${table.family} ${table.name}`;
	const chainOf = indexChains(table, name);
	return table.chains.flatMap(({ name: chain, hook: given }) => {
		const hook = HOOKS.find((one) => one.toLowerCase() === given?.hook);
		if (given === undefined || hook === undefined) return [];
		const { priority, type } = given;
		return [
			{ hook, base: { table: name, name: chain, priority, ownPriority: priority, isNat: type === "nat", chainOf } },
		];
	});
}

/** The kernel does not call the chains of such a table. */
function isAsleep({ unknown }: Table): boolean {
	return unknown.some((line) => /^\s*flags .*\bdormant\b/.test(line));
}

const IPTABLES = ["raw", "mangle", "nat", "filter", "security"];

/** Whether iptables-nft made a table: it names tables and base chains as iptables does. */
export function isOfIptables({ family, name, chains }: Table): boolean {
	const hooked = chains.filter(({ hook }) => hook !== undefined);
	const isNamed = (family === "ip" || family === "ip6") && IPTABLES.includes(name);
	return isNamed && hooked.every((chain) => HOOKS.some((hook) => hook === chain.name));
}

function indexChains(table: Table, tableName: string): ChainOf {
	const chains = new Map(table.chains.map((chain) => [chain.name, chain]));
	const known = new Map<string, IndexedChain>();
	const containers = indexContainers(table, tableName);
	return (name) => {
		const ready = known.get(name);
		if (ready !== undefined) return ready;
		const own = chains.get(name);
		if (own === undefined) return undefined;
		const chain = indexChain(own, containers);
		known.set(name, chain);
		return chain;
	};
}

function indexChain({ rules, hook }: Chain, containers: Containers): IndexedChain {
	const numbered = rules.map((rule: Rule, index) => ({
		source: { nftRule: rule },
		number: index + 1,
		ask: ruleAsker(rule, containers),
	}));
	return {
		policy: hook === undefined ? undefined : (hook.policy ?? "accept"),
		length: rules.length,
		candidates: () => numbered,
	};
}
