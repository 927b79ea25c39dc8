import type { NodeState } from "../lang/node-state.ts";
import type { BaseChain } from "./chain.ts";
import { indexNft } from "./nft/index-tables.ts";
import { HOOKS, type Hook } from "./packet.ts";
import { indexTable } from "./rule-index.ts";

/** All chains that the kernel calls at a hook, in the order in which it does so. */
export type BaseChains = (hook: Hook) => readonly BaseChain[];

/** Tables of iptables, and the priorities of their chains. Source: measured, with rules in every table at every hook. */
const PRIORITIES: Readonly<Record<string, Partial<Readonly<Record<Hook, number>>>>> = {
	raw: { PREROUTING: -300, OUTPUT: -300 },
	mangle: { PREROUTING: -150, INPUT: -150, FORWARD: -150, OUTPUT: -150, POSTROUTING: -150 },
	nat: { PREROUTING: -100, OUTPUT: -100, INPUT: 100, POSTROUTING: 100 },
	filter: { INPUT: 0, FORWARD: 0, OUTPUT: 0 },
	security: { INPUT: 50, FORWARD: 50, OUTPUT: 50 },
};

/**
 * Makes the rules of a node ready, of iptables and of nftables. Those of iptables go first where priorities are equal: no
 * listing shows the order. Of two tables of one name the first given is asked first.
 */
export function indexBaseChains({ iptables = [], otherIptables = [], nft = [] }: NodeState): BaseChains {
	const tables = [...iptables, ...otherIptables].map((table) => ({ table: table.name, chainOf: indexTable(table) }));
	const ofNft = indexNft(nft, tables.length > 0);
	const byHook = new Map(
		HOOKS.map((hook) => {
			const ofIptables = tables.flatMap(({ table, chainOf }): readonly BaseChain[] => {
				const priority = PRIORITIES[table]?.[hook];
				return priority === undefined
					? []
					: [{ table, name: hook, priority, ownPriority: priority, isNat: table === "nat", chainOf }];
			});
			return [hook, [...ofIptables, ...ofNft(hook).map((chain) => called(chain, hook))].sort(byPriority)];
		}),
	);
	return (hook) => byHook.get(hook) ?? [];
}

/** Chains that translate addresses share one place at each hook, whatever their priority is. Source: measured. */
function called(chain: BaseChain, hook: Hook): BaseChain {
	return chain.isNat ? { ...chain, priority: PRIORITIES.nat?.[hook] ?? chain.priority } : chain;
}

function byPriority(a: BaseChain, b: BaseChain): number {
	return a.priority - b.priority || a.ownPriority - b.ownPriority;
}
