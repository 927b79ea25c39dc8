import { isKubeProxyChain, isServiceChain } from "../kube/chains.ts";
import { nameInComment } from "../kube/comment.ts";
import { onlyHost, onlyPort } from "../lang/iptables/only-match.ts";
import type { Rule } from "../lang/iptables/ruleset.ts";
import { once } from "../once.ts";
import { calledChain, rulesIn, type Tables } from "./iptables/chain-index.ts";

/** Who owns rules that belong to no service port: kube-proxy as a whole, or somebody else. */
export const SHARED = "shared";
export const OTHERS = "other";

/** Tells whose a rule or a chain is: a service port (`shop/web:http`), `shared`, or `other`. */
export interface Owners {
	readonly ofRule: (rule: Rule) => string;
	readonly ofChain: (chain: string) => string;
}

/**
 * Finds owners in the rules of both sides: by the origin of compiled rules, by comments, and by who jumps where. A chain
 * of a Service that nobody names is its own owner. Nothing is looked up before it is asked for.
 */
export function findOwners(sides: readonly Tables[]): Owners {
	const known = new Map<string, string>();
	const callerOf = callerFinder(sides);
	const chainOwner = (chain: string, depth: number): string | undefined => {
		const seen = known.get(chain);
		if (seen !== undefined) return seen;
		const called = (): string | undefined => callerOwner(callerOf(chain), depth);
		const owner = ownName(sides, chain) ?? (depth < DEEPEST_CALL ? called() : undefined);
		if (owner !== undefined) known.set(chain, owner);
		return owner;
	};
	const callerOwner = (caller: Rule | undefined, depth: number): string | undefined => {
		if (caller === undefined) return undefined;
		return isServiceChain(caller.chain) ? chainOwner(caller.chain, depth + 1) : nameOf(caller);
	};
	const ofChain = (chain: string): string => {
		if (isServiceChain(chain)) return chainOwner(chain, 0) ?? chain;
		return isKubeProxyChain(chain) ? SHARED : OTHERS;
	};
	const byAddress = once(() => addressesIn(sides, ofChain));
	const ofRule = (rule: Rule): string => {
		const subject = rule.origin?.subject;
		if (subject !== undefined) return subject;
		if (isServiceChain(rule.chain)) return ofChain(rule.chain);
		const called = calledChain(rule);
		if (isKubeProxyChain(rule.chain)) {
			const named = nameInComment(rule);
			if (named !== undefined) return named;
			// Whose clients a rule concerns says its address; where it leads may be a mistake.
			const address = addressOf(rule);
			const addressed = address === undefined ? undefined : byAddress().get(address);
			if (addressed !== undefined) return addressed;
			return called !== undefined && isServiceChain(called) ? ofChain(called) : SHARED;
		}
		return called !== undefined && isKubeProxyChain(called) ? SHARED : OTHERS;
	};
	return { ofRule, ofChain };
}

/** A dispatch rule leads to a firewall chain, an external chain, a chain that balances, an endpoint. */
const DEEPEST_CALL = 3;

function nameOf(rule: Rule): string | undefined {
	return rule.origin?.subject ?? nameInComment(rule);
}

/** The name that the rules of a chain themselves give. */
function ownName(sides: readonly Tables[], chain: string): string | undefined {
	// What one side lacks is not among what both have, so that is not searched for it.
	const listed = sides.flatMap((tables) => tables.get("nat")?.chains.get(chain) ?? []);
	const rules = listed.length > 0 ? listed : sides.flatMap((tables) => rulesIn(tables, "nat", chain));
	for (const rule of rules) {
		const name = nameOf(rule);
		if (name !== undefined) return name;
	}
	return undefined;
}

/** How many chains are looked for in all rules, one by one, before it is worth while to remember who jumps where. */
const FEW = 8;

/** A function that finds a rule that jumps to a chain. */
function callerFinder(sides: readonly Tables[]): (chain: string) => Rule | undefined {
	const callers = once(() => callersIn(sides));
	let asked = 0;
	return (chain) => {
		asked++;
		return asked <= FEW ? findRule(sides, (rule) => calledChain(rule) === chain) : callers().get(chain);
	};
}

// Rules of chains that both sides have in common lead to such chains alone: nobody asks who calls those.
function findRule(sides: readonly Tables[], isWanted: (rule: Rule) => boolean): Rule | undefined {
	for (const tables of sides) {
		for (const rules of tables.get("nat")?.chains.values() ?? []) {
			for (const rule of rules) if (isWanted(rule)) return rule;
		}
	}
	return undefined;
}

function callersIn(sides: readonly Tables[]): ReadonlyMap<string, Rule> {
	const callers = new Map<string, Rule>();
	for (const tables of sides) {
		for (const rules of tables.get("nat")?.chains.values() ?? []) {
			for (const rule of rules) {
				const called = calledChain(rule);
				if (called !== undefined && isServiceChain(called) && !callers.has(called)) callers.set(called, rule);
			}
		}
	}
	return callers;
}

/** Where rules about nothing but an address, with no chain to tell, belong. */
function addressesIn(sides: readonly Tables[], ofChain: (chain: string) => string): ReadonlyMap<string, string> {
	const owners = new Map<string, string>();
	for (const tables of sides) {
		for (const [table, chain] of ADDRESSED) {
			for (const rule of rulesIn(tables, table, chain)) {
				const address = addressOf(rule);
				const called = calledChain(rule);
				const owner = nameOf(rule) ?? (called !== undefined && isServiceChain(called) ? ofChain(called) : undefined);
				if (owner === undefined || address === undefined) continue;
				for (const key of [address, address.split(" ")[0] ?? address]) if (!owners.has(key)) owners.set(key, owner);
			}
		}
	}
	return owners;
}

const ADDRESSED = [
	["nat", "KUBE-SERVICES"],
	["nat", "KUBE-NODEPORTS"],
	["filter", "KUBE-SERVICES"],
	["filter", "KUBE-EXTERNAL-SERVICES"],
	["filter", "KUBE-PROXY-FIREWALL"],
	["filter", "KUBE-NODEPORTS"],
] as const;

/** `10.96.0.1 tcp 443`, `* tcp 30080` for a node port, `10.96.0.1` without a port; undefined when there is neither. */
function addressOf(rule: Rule): string | undefined {
	const [host, port] = [onlyHost(rule), onlyPort(rule)];
	return port === undefined ? host : `${host ?? "*"} ${port}`;
}
