import type { Rule } from "../lang/iptables/ruleset.ts";
import { calledChain, rulesIn, type Tables } from "./chain-index.ts";
import { isKubeProxyChain, isServiceChain } from "./kube-chains.ts";

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
 * of a Service that nobody names is its own owner.
 */
export function findOwners(sides: readonly Tables[]): Owners {
	const byChain = new Map<string, string>();
	for (const tables of sides) learnOrigins(tables, byChain);
	for (const tables of sides) learnDispatch(tables, byChain);
	for (let round = 0; round < DEEPEST_CALL; round++) for (const tables of sides) learnCalls(tables, byChain);
	for (const tables of sides) learnComments(tables, byChain);
	const byAddress = learnAddresses(sides, byChain);
	const ofChain = (chain: string): string => {
		if (isServiceChain(chain)) return byChain.get(chain) ?? chain;
		return isKubeProxyChain(chain) ? SHARED : OTHERS;
	};
	const ofRule = (rule: Rule): string => {
		const subject = rule.origin?.subject;
		if (subject !== undefined) return subject;
		if (isServiceChain(rule.chain)) return ofChain(rule.chain);
		const called = calledChain(rule);
		if (isKubeProxyChain(rule.chain)) {
			const named = nameInComment(rule);
			if (named !== undefined) return named;
			if (called !== undefined && isServiceChain(called)) return ofChain(called);
			return byAddress.get(addressOf(rule) ?? "") ?? SHARED;
		}
		return called !== undefined && isKubeProxyChain(called) ? SHARED : OTHERS;
	};
	return { ofRule, ofChain };
}

/** A dispatch rule leads to a firewall chain, an external chain, a chain that balances, an endpoint. */
const DEEPEST_CALL = 3;

type Names = Map<string, string>;

function learn(names: Names, chain: string, owner: string | undefined): void {
	if (owner !== undefined && isServiceChain(chain) && !names.has(chain)) names.set(chain, owner);
}

function* natRules(tables: Tables): Iterable<readonly [string, readonly Rule[]]> {
	yield* tables.get("nat")?.chains ?? [];
}

function learnOrigins(tables: Tables, names: Names): void {
	for (const [chain, rules] of natRules(tables)) learn(names, chain, rules[0]?.origin?.subject);
}

function learnDispatch(tables: Tables, names: Names): void {
	for (const shared of ["KUBE-SERVICES", "KUBE-NODEPORTS"]) {
		for (const rule of rulesIn(tables, "nat", shared)) {
			const called = calledChain(rule);
			if (called !== undefined) learn(names, called, nameInComment(rule));
		}
	}
}

function learnCalls(tables: Tables, names: Names): void {
	for (const [chain, rules] of natRules(tables)) {
		const owner = names.get(chain);
		if (owner === undefined) continue;
		for (const rule of rules) {
			const called = calledChain(rule);
			if (called !== undefined) learn(names, called, owner);
		}
	}
}

function learnComments(tables: Tables, names: Names): void {
	for (const [chain, rules] of natRules(tables)) {
		if (!isServiceChain(chain) || names.has(chain)) continue;
		learn(
			names,
			chain,
			rules.map(nameInComment).find((name) => name !== undefined),
		);
	}
}

/** Where rules about nothing but an address, with no chain to tell, belong. */
function learnAddresses(sides: readonly Tables[], names: Names): ReadonlyMap<string, string> {
	const owners = new Map<string, string>();
	for (const tables of sides) {
		for (const [table, chain] of ADDRESSED) {
			for (const rule of rulesIn(tables, table, chain)) {
				const owner = rule.origin?.subject ?? names.get(calledChain(rule) ?? "") ?? nameInComment(rule);
				const address = addressOf(rule);
				if (owner !== undefined && address !== undefined && !owners.has(address)) owners.set(address, owner);
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

function addressOf({ destination, matches }: Rule): string | undefined {
	const ports = matches.find((match) => match.kind === "ports");
	if (ports?.destinationPort === undefined) return undefined;
	const isHost = destination !== undefined && !destination.isNegated && destination.prefixLength === undefined;
	return `${isHost ? destination.address : "*"} ${ports.protocol} ${ports.destinationPort}`;
}

const NAME = "[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?/[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)?";

/** What kube-proxy writes around the name of a service port. Source: iptables spec, sections 6.4 to 6.7. */
const COMMENTS: readonly RegExp[] = [
	new RegExp(`^(${NAME})$`),
	new RegExp(
		`^(${NAME}) (?:cluster IP|external IP|loadbalancer IP|has no (?:local )?endpoints|health check node port|traffic not accepted by KUBE-FW-[A-Z2-7]{16}|-> \\S+)$`,
	),
	new RegExp(`^(?:masquerade|masquerade LOCAL|route LOCAL|pod) traffic for (${NAME}) external destinations$`),
	new RegExp(`^other traffic to (${NAME}) will be dropped by KUBE-PROXY-FIREWALL$`),
];

/** The service port that a rule's comment names; undefined when it has no comment of kube-proxy's. */
export function nameInComment({ matches }: Rule): string | undefined {
	for (const match of matches) {
		if (match.kind !== "comment" || !match.text.includes("/")) continue;
		for (const pattern of COMMENTS) {
			const name = pattern.exec(match.text)?.[1];
			if (name !== undefined) return name;
		}
	}
	return undefined;
}
