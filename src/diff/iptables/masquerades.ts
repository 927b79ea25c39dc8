import type { AddressMatch, InterfaceMatch, Rule } from "../../lang/iptables/ruleset.ts";
import { calledChain } from "./chain-index.ts";

/**
 * Whose connections to an address rules of a chain mark for masquerading, in words.
 *
 * @param ip undefined for a node port
 */
export function masqueradesIn(rules: readonly Rule[], ip: string | undefined): readonly string[] {
	return rules.filter((rule) => marks(rule, ip)).map(conditionOf);
}

/** Endpoints whose chain does not mark what they send to themselves. */
export function withoutHairpin(
	path: readonly string[],
	rulesOf: (chain: string) => readonly Rule[] | undefined,
): readonly string[] {
	const chains = path.flatMap((name) => (rulesOf(name) ?? []).map(calledChain));
	const endpoints = [...new Set(chains)].filter((chain) => chain?.startsWith("KUBE-SEP-"));
	return endpoints.flatMap((chain = "") => {
		const rules = rulesOf(chain) ?? [];
		const to = rules
			.map(({ target }) => (target?.kind === "dnat" ? target.to : undefined))
			.find((text) => text !== undefined);
		const isMarked = rules.some((rule) => isMarking(rule) && to !== undefined && isOwnAddress(rule.source, to));
		return to === undefined || isMarked ? [] : [to];
	});
}

function isOwnAddress(source: AddressMatch | undefined, to: string): boolean {
	return (
		source !== undefined &&
		!source.isNegated &&
		[`${source.address}:`, `[${source.address}]:`].some((start) => `${to}:`.startsWith(start))
	);
}

function isMarking(rule: Rule): boolean {
	return calledChain(rule) === "KUBE-MARK-MASQ";
}

/** Whether a rule marks connections to an address: that for the cluster IP stands in a chain that others share. */
function marks(rule: Rule, ip: string | undefined): boolean {
	return isMarking(rule) && (rule.destination === undefined || rule.destination.address === ip);
}

/** Whom a marking rule is about, in words. */
function conditionOf({ chain, source, inInterface, matches }: Rule): string {
	const where = chain.startsWith("KUBE-EXT-") ? "from outside: " : "";
	const whom = [
		source && addressText(source),
		inInterface && interfaceText(inInterface),
		...matches.map((match) => (match.kind === "addrtype" ? "the node itself" : undefined)),
	].filter((text) => text !== undefined);
	return `${where}${whom.length === 0 ? "everybody" : whom.join(" and ")}`;
}

function addressText({ address, prefixLength, isNegated }: AddressMatch): string {
	return `${isNegated ? "clients outside " : "clients in "}${address}${prefixLength === undefined ? "" : `/${prefixLength}`}`;
}

function interfaceText({ name, isNegated }: InterfaceMatch): string {
	return `${isNegated ? "clients not behind " : "clients behind "}${name}`;
}
