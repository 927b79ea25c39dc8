import type { Dialect } from "../../src/lang/iptables/dialect.ts";
import {
	type AddressMatch,
	type Rule,
	type Ruleset,
	rulesByChain,
	type Table,
	type Target,
} from "../../src/lang/iptables/ruleset.ts";

/**
 * The tables that are read from the text of a ruleset: without origins, and with what the `save` dialect writes in one
 * way only. It has built-in chains first and the rest by name, with their rules together; writes the length of a single
 * address, which is then left out, and no network that is every address; and names the error of every REJECT, of
 * which the default is left out.
 */
export function asPrinted({ family, tables }: Ruleset, dialect: Dialect): readonly Table[] {
	const bits = family === "ipv4" ? 32 : 128;
	if (dialect === "restore") {
		return tables.map((table) => ({ ...table, rules: table.rules.map((rule) => ({ ...rule, origin: undefined })) }));
	}
	return tables.map((table) => inOrder({ ...table, rules: table.rules.map((rule) => asSaved(rule, bits)) }));
}

function inOrder(table: Table): Table {
	const builtIn = table.chains.filter(({ policy }) => policy !== undefined);
	const names = table.chains.flatMap(({ name, policy }) => (policy === undefined ? [name] : [])).sort();
	const chains = [...builtIn, ...names.map((name) => ({ name }))];
	const rules = rulesByChain(table);
	return { ...table, chains, rules: chains.flatMap(({ name }) => rules.get(name) ?? []) };
}

function asSaved(rule: Rule, bits: number): Rule {
	const { source, destination, target } = rule;
	return {
		...rule,
		source: savedAddress(source, bits),
		destination: savedAddress(destination, bits),
		target: savedTarget(target),
		origin: undefined,
	};
}

function savedAddress(match: AddressMatch | undefined, bits: number): AddressMatch | undefined {
	if (match?.prefixLength === 0 && !match.isNegated) return undefined;
	return match?.prefixLength === bits ? { ...match, prefixLength: undefined } : match;
}

function savedTarget(target: Target | undefined): Target | undefined {
	const isDefault = target?.kind === "reject" && /^icmp6?-port-unreachable$/.test(target.with ?? "");
	return isDefault ? { kind: "reject", with: undefined } : target;
}
