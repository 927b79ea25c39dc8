import { isKubeProxyTable } from "../../src/kube/nft-names.ts";
import { ruleKey } from "../../src/lang/nft/canonical.ts";
import { printListing } from "../../src/lang/nft/print-listing.ts";
import type { Chain, Element, NamedSet, Table } from "../../src/lang/nft/table.ts";
import type { NodeState } from "../../src/lang/node-state.ts";
import { nftStateOf } from "./nft-diff-states.ts";

/** Something that is wrong on a node. */
export interface Mutated {
	/** As nft would list it. */
	readonly state: NodeState;
	/** Whom it concerns: a service port, or `shared`. */
	readonly owner: string;
	readonly place: string;
}

/** Every way in which one kind of mistake can be made on a node that is as it should be. */
export type Mutation = (wanted: NodeState) => readonly Mutated[];

/** Kinds of mistakes. */
export const NFT_MUTATIONS: Readonly<Record<string, Mutation>> = {
	"an element is gone": (wanted) =>
		everyElement(wanted).map(({ set, element }) =>
			changed(wanted, ownerOfElement(element), set.name, (table) =>
				withSet(table, { ...set, elements: set.elements.filter((one) => one !== element) }),
			),
		),
	"an element leads to nowhere": (wanted) =>
		everyElement(wanted).flatMap(({ set, element }) => {
			if (element.value === undefined || element.value.kind === "drop") return [];
			const dropping: Element = { ...element, value: { kind: "drop" } };
			const elements = set.elements.map((one) => (one === element ? dropping : one));
			return changed(wanted, ownerOfElement(element), set.name, (table) => withSet(table, { ...set, elements }));
		}),
	"a rule is gone": (wanted) =>
		everyChain(wanted).flatMap((chain) =>
			chain.rules.map((rule) =>
				changed(wanted, rule.origin?.subject ?? "shared", chain.name, (table) =>
					withChain(table, { ...chain, rules: chain.rules.filter((one) => one !== rule) }),
				),
			),
		),
	"a rule drops instead": (wanted) =>
		everyChain(wanted)
			.flatMap((chain) =>
				chain.rules.map((rule) => {
					const statements = [...rule.statements.slice(0, -1), { kind: "verdict", verdict: { kind: "drop" } } as const];
					const rules = chain.rules.map((one) => (one === rule ? { ...rule, statements } : one));
					return changed(wanted, rule.origin?.subject ?? "shared", chain.name, (table) =>
						withChain(table, { ...chain, rules }),
					);
				}),
			)
			.filter(({ state }) => JSON.stringify(keysOf(state)) !== JSON.stringify(keysOf(wanted))),
	"a chain is empty": (wanted) =>
		everyChain(wanted).flatMap((chain) =>
			chain.rules.length === 0
				? []
				: changed(wanted, chain.rules[0]?.origin?.subject ?? "shared", chain.name, (table) =>
						withChain(table, { ...chain, rules: [] }),
					),
		),
	"two rules have changed places": (wanted) =>
		everyChain(wanted).flatMap((chain) => {
			const [first, second, ...others] = chain.rules;
			const isOrdered = /^(?:external-|service-|local-|endpoint-|masquerading$)/.test(chain.name);
			if (first === undefined || second === undefined || !isOrdered) return [];
			if (ruleKey(first) === ruleKey(second)) return [];
			return changed(wanted, first.origin?.subject ?? "shared", chain.name, (table) =>
				withChain(table, { ...chain, rules: [second, first, ...others] }),
			);
		}),
};

function keysOf({ nft = [] }: NodeState): unknown {
	return nft.map(({ chains }) => chains.map(({ rules }) => rules.map(ruleKey)));
}

function tableOf({ nft = [], family }: NodeState): Table {
	const table = nft.find((one) => isKubeProxyTable(one, family));
	if (table === undefined) throw new Error("there is no table of kube-proxy's");
	return table;
}

function everyElement(
	wanted: NodeState,
): readonly { readonly set: NamedSet; readonly element: NamedSet["elements"][number] }[] {
	return tableOf(wanted).sets.flatMap((set) => set.elements.map((element) => ({ set, element })));
}

function everyChain(wanted: NodeState): readonly Chain[] {
	return tableOf(wanted).chains;
}

function ownerOfElement({ origin }: Element): string {
	return origin?.subject ?? "shared";
}

function changed(wanted: NodeState, owner: string, place: string, change: (table: Table) => Table): Mutated {
	const listing = printListing([change(tableOf(wanted))]);
	return { state: nftStateOf(listing, wanted.family), owner, place };
}

function withSet(table: Table, set: NamedSet): Table {
	return { ...table, sets: table.sets.map((one) => (one.name === set.name ? set : one)) };
}

function withChain(table: Table, chain: Chain): Table {
	return { ...table, chains: table.chains.map((one) => (one.name === chain.name ? chain : one)) };
}
