import type { Family } from "../../net/ip.ts";
import type { Protocol } from "../../net/protocol.ts";
import { unreachable } from "../../unreachable.ts";
import type { Dialect } from "./dialect.ts";
import { addLine, groupsOf, newLines } from "./lines.ts";
import { type Words, wordsOf } from "./print-words.ts";
import {
	type AddressMatch,
	type InterfaceMatch,
	type Match,
	type Rule,
	type Ruleset,
	rulesByChain,
	type Side,
	type Table,
	type Target,
} from "./ruleset.ts";
import { type RulesetSource, sourceOf, type TableSource } from "./ruleset-source.ts";

/**
 * The text of a ruleset. Counters are `[0:0]`, there are no comment lines, every line ends in a newline.
 *
 * `restore` keeps the order of chains and rules. `save` lists built-in chains first, then the others by name, and the
 * rules chain by chain, as the tool does.
 *
 * Source: spec sections 6.2 and 14.
 */
export function printRuleset(ruleset: Ruleset, dialect: Dialect): string {
	const { family, tables } = ruleset;
	return printSource(sourceOf(dialect === "restore" ? ruleset : { family, tables: tables.map(asSaved) }), dialect);
}

/** The same for rules that are made part by part, in the order of the source; each part is dropped when it is printed. */
export function printSource({ family, tables }: RulesetSource, dialect: Dialect): string {
	const printRule = rulePrinter(family, dialect);
	return tables.flatMap((table) => tableTexts(table, printRule)).join("");
}

/** A function that prints a rule as a line without its newline: `-A CHAIN …`. */
export function rulePrinter(family: Family, dialect: Dialect): (rule: Rule) => string {
	const words = wordsOf(family, dialect);
	return dialect === "restore" ? (rule) => restoreRule(rule, words) : (rule) => saveRule(rule, words);
}

/** The text of a table, in pieces: a big one is put together only once, with those of the other tables. */
function tableTexts({ name, parts }: TableSource, printRule: (rule: Rule) => string): readonly string[] {
	const [declarations, lines] = [newLines(), newLines()];
	for (const { chains, rules } of parts()) {
		for (const chain of chains) addLine(declarations, `:${chain.name} ${chain.policy ?? "-"} [0:0]\n`);
		for (const rule of rules) addLine(lines, `${printRule(rule)}\n`);
	}
	return [`*${name}\n`, ...groupsOf(declarations), ...groupsOf(lines), "COMMIT\n"];
}

function asSaved(table: Table): Table {
	const builtIn = table.chains.filter(({ policy }) => policy !== undefined);
	const others = table.chains.filter(({ policy }) => policy === undefined);
	const chains = [...builtIn, ...others.sort((a, b) => (a.name < b.name ? -1 : 1))];
	const byChain = rulesByChain(table);
	return { name: table.name, chains, rules: chains.flatMap(({ name }) => byChain.get(name) ?? []) };
}

/**
 * kube-proxy's order. With a port, addresses stand around it: destination before, source after. Without one, they stand
 * behind the comment, and what is excluded stands last, unless it excludes from a destination that is given too.
 *
 *     -A KUBE-SVC-… -m comment --comment "…" -m tcp -p tcp -d 10.96.0.1 --dport 443 ! -s 10.244.0.0/16 -j KUBE-MARK-MASQ
 *     -A KUBE-FIREWALL -m comment --comment "…" -d 127.0.0.0/8 ! -s 127.0.0.0/8 -m conntrack ! --ctstate … -j DROP
 *     -A KUBE-SERVICES -m comment --comment "…" -m set --match-set KUBE-CLUSTER-IP dst,dst ! -s 10.244.0.0/16 -j …
 */
function restoreRule(rule: Rule, words: Words): string {
	const { source, destination, inInterface, outInterface, protocol, matches, target } = rule;
	const to = addressText("-d", destination, words);
	const from = addressText("-s", source, words) + interfaceText("-i", inInterface) + interfaceText("-o", outInterface);
	let text = `-A ${rule.chain}`;
	if (matches.some(isPorts)) {
		for (const match of matches) {
			if (match.kind !== "ports") text += matchText(match, words);
			else text += PORTS_WORDS[match.protocol] + to + portText(match.destinationPort) + from;
		}
		return text + targetText(target, words);
	}
	text += protocolText(protocol);
	const isExclusion = destination?.isNegated ?? source?.isNegated ?? inInterface?.isNegated ?? false;
	const [early, late] = isExclusion ? ["", to + from] : [to + from, ""];
	const [first] = matches;
	if (first?.kind !== "comment") text += early;
	for (const match of matches) {
		text += matchText(match, words);
		if (match === first && match.kind === "comment") text += early;
	}
	return text + late + targetText(target, words);
}

function isPorts({ kind }: Match): boolean {
	return kind === "ports";
}

/** kube-proxy names the protocol behind its extension. */
const PORTS_WORDS: Readonly<Record<Protocol, string>> = {
	tcp: " -m tcp -p tcp",
	udp: " -m udp -p udp",
	sctp: " -m sctp -p sctp",
};

/**
 * The tool's order: source, destination, interface, protocol, then the matches.
 *
 *     -A KUBE-SVC-… ! -s 10.244.0.0/16 -d 10.96.0.1/32 -p tcp -m comment --comment "…" -m tcp --dport 443 -j KUBE-MARK-MASQ
 */
function saveRule(rule: Rule, words: Words): string {
	const { source, destination, inInterface, outInterface, protocol, matches, target } = rule;
	let text = `-A ${rule.chain}${savedAddressText("-s", source, words)}${savedAddressText("-d", destination, words)}`;
	text += interfaceText("-i", inInterface) + interfaceText("-o", outInterface) + protocolText(protocol);
	for (const match of matches) text += matchText(match, words);
	return text + targetText(target, words);
}

function addressText(option: "-s" | "-d", match: AddressMatch | undefined, words: Words): string {
	if (match === undefined) return "";
	return `${match.isNegated ? " !" : ""} ${option} ${words.address(match)}`;
}

/** A network of length 0 is every address, and the tool prints nothing. */
function savedAddressText(option: "-s" | "-d", match: AddressMatch | undefined, words: Words): string {
	return match?.prefixLength === 0 && !match.isNegated ? "" : addressText(option, match, words);
}

function interfaceText(option: "-i" | "-o", match: InterfaceMatch | undefined): string {
	return match === undefined ? "" : `${match.isNegated ? " !" : ""} ${option} ${match.name}`;
}

function protocolText(protocol: Rule["protocol"]): string {
	if (protocol === undefined) return "";
	if (typeof protocol === "string") return ` -p ${protocol}`;
	return `${protocol.isNegated ? " !" : ""} -p ${protocol.name}`;
}

function portText(port: number | undefined): string {
	return port === undefined ? "" : ` --dport ${port}`;
}

function matchText(match: Match, words: Words): string {
	switch (match.kind) {
		case "comment":
			return ` -m comment --comment ${words.quote(match.text)}`;
		case "ports":
			return ` -m ${match.protocol}${portText(match.destinationPort)}`;
		case "addrtype":
			return ` -m addrtype${match.isNegated ? " !" : ""} --${sideText(match.side)}-type ${match.type}`;
		case "conntrack":
			return ` -m conntrack${match.isNegated ? " !" : ""} --ctstate ${match.states.join(",")}`;
		case "mark":
			return ` -m mark${match.isNegated ? " !" : ""} --mark ${words.mark(match.value, match.mask)}`;
		case "nfacct":
			return ` -m nfacct --nfacct-name ${words.nfacct(match.name)}`;
		case "recent-set":
			return ` -m recent ${words.recent(match.list, "--set")}`;
		case "recent-check":
			return ` -m recent ${words.recent(match.list, `--rcheck --seconds ${match.seconds} --reap`)}`;
		case "set":
			return ` -m set --match-set ${match.set} ${match.sides.map(sideText).join(",")}`;
		case "physdev-is-in":
			return ` -m physdev${match.isNegated ? " !" : ""} --physdev-is-in`;
		case "ipvs":
			return ` -m ipvs ${words.ipvs(match)}`;
		case "statistic":
			return ` -m statistic --mode random --probability ${words.probability(match.probability)}`;
		case "unknown":
			return ` ${match.words.join(" ")}`;
		default:
			return unreachable(match);
	}
}

function sideText(side: Side): "src" | "dst" {
	return side === "source" ? "src" : "dst";
}

function targetText(target: Target | undefined, words: Words): string {
	if (target === undefined) return "";
	switch (target.kind) {
		case "accept":
			return " -j ACCEPT";
		case "drop":
			return " -j DROP";
		case "return":
			return " -j RETURN";
		case "jump":
			return ` -j ${target.chain}`;
		case "goto":
			return ` -g ${target.chain}`;
		case "reject":
			return ` -j REJECT${rejectText(target.with ?? words.reject)}`;
		case "mark":
			return ` -j MARK ${words.setMark(target.value, target.mask)}`;
		case "masquerade":
			return ` -j MASQUERADE${target.isRandomFully ? " --random-fully" : ""}`;
		case "dnat":
			return ` -j DNAT --to-destination ${target.to}`;
		case "unknown":
			return ` -j ${target.words.join(" ")}`;
		default:
			return unreachable(target);
	}
}

function rejectText(error: string | undefined): string {
	return error === undefined ? "" : ` --reject-with ${error}`;
}
