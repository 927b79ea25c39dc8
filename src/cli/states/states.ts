import { parseAddresses } from "../../lang/ip/parse.ts";
import { parseSets } from "../../lang/ipset/parse.ts";
import type { IpSet } from "../../lang/ipset/set.ts";
import { parseIptables } from "../../lang/iptables/parse.ts";
import type { Table } from "../../lang/iptables/ruleset.ts";
import type { Section } from "../../lang/iptables/sections.ts";
import { parseTable } from "../../lang/ipvs/parse.ts";
import type { VirtualServer } from "../../lang/ipvs/table.ts";
import type { NodeState } from "../../lang/node-state.ts";
import { type Family, familyOf, type IP } from "../../net/ip.ts";
import { Trouble } from "../../trouble.ts";
import { shortList } from "../output/report.ts";
import { say, type Voice } from "../output/terminal.ts";
import { kubeProxyTables, readNftTables } from "./nft-states.ts";
import type { ToolText } from "./texts.ts";

/** What texts of tools say about a node, by family. */
export interface ReadStates {
	readonly states: ReadonlyMap<Family, NodeState>;
	readonly nftTables: readonly string[];
	/** What was left out because it was not understood, in words, text by text. */
	readonly unread: readonly string[];
	/** Rules of kube-proxy's that stand beside those that are compared, in words. */
	readonly besides: ReadonlyMap<Family, string>;
}

/** Rules of one family that one program printed. */
interface Rules {
	readonly family: Family;
	readonly source: string;
	readonly variant: Section["variant"];
	readonly dialect: Section["dialect"];
	readonly tables: readonly Table[];
	/** Lines of the text that were not understood. */
	readonly unread: readonly number[];
}

/**
 * Puts together what the texts of a node's tools say. Lines that cannot be read are reported, and left out.
 *
 * @param choice `--ip-family`: for texts that do not say which family they are of
 * @throws Trouble when a text is empty, cut off, or of a family that nobody can tell
 */
export function readStates(texts: readonly ToolText[], choice: string | undefined, voice: Voice): ReadStates {
	const of = (tool: ToolText["tool"]): readonly ToolText[] => texts.filter((text) => text.tool === tool);
	const rules = of("iptables").flatMap((text) => readRules(text, choice, voice));
	const servers = of("ipvsadm").map((text) => readServers(text, voice));
	const sets = of("ipset").map((text) => readSets(text, voice));
	const addresses = of("ip").map((text) => readDummyIPs(text, voice));
	const nft = of("nft");
	const others = familiesIn(rules, servers.flat(), sets.flat(), addresses.flat());
	const nftTables = readNftTables(nft, choice, others);
	const families = FAMILIES.filter((family) => others.includes(family) || nftTables.has(family));
	const besides = new Map<Family, string>();
	const states = families.map((family): readonly [Family, NodeState] => {
		const own = merged(rules.filter((one) => one.family === family));
		const { chosen, beside, others: otherIptables } = chooseRules(own, voice);
		if (beside !== undefined) besides.set(family, beside);
		const state: NodeState = {
			family,
			iptables: chosen?.tables,
			otherIptables,
			virtualServers:
				servers.length === 0 ? undefined : servers.flat().filter(({ ip }) => familyOf(ip as IP) === family),
			sets: sets.length === 0 ? undefined : sets.flat().filter((set) => familyOfSet(set) === family),
			dummyIPs: addresses.length === 0 ? undefined : addresses.flat().filter((ip) => familyOf(ip) === family),
			nft: nftTables.get(family),
			extent: chosen?.dialect === "restore" ? "restored" : "node",
		};
		return [family, state];
	});
	return { states: new Map(states), nftTables: kubeProxyTables(nftTables), besides, unread: unreadIn(rules) };
}

function familiesIn(
	rules: readonly Rules[],
	servers: readonly VirtualServer[],
	sets: readonly IpSet[],
	addresses: readonly IP[],
): readonly Family[] {
	const ips = [...servers.map(({ ip }) => ip as IP), ...addresses];
	const found = new Set([...rules.map(({ family }) => family), ...ips.map(familyOf)]);
	// Sets of both families are there on every node in IPVS mode: they say nothing when something else does.
	for (const set of found.size > 0 ? [] : sets) found.add(familyOfSet(set));
	return FAMILIES.filter((family) => found.has(family));
}

const FAMILIES: readonly Family[] = ["ipv4", "ipv6"];

function familyOfSet(set: IpSet): Family {
	if (set.type === "bitmap:port") return set.name.startsWith("KUBE-6-") ? "ipv6" : "ipv4";
	return set.family;
}

function readRules({ text, source, family }: ToolText, choice: string | undefined, voice: Voice): readonly Rules[] {
	if (text.trim() === "") {
		throw new Trouble(`${source}: is empty: expected what iptables-save prints; was it cut off, or made without root?`);
	}
	const { sections, problems } = parseIptables(text);
	const broken = problems.find(({ message }) => message.includes("the text is not complete"));
	if (broken !== undefined) throw new Trouble(`${source}:${broken.line}: ${broken.message}`);
	if (sections.length === 0) {
		const first = problems[0];
		throw new Trouble(`${source}${first === undefined ? "" : `:${first.line}`}: ${first?.message ?? "expected rules"}`);
	}
	const shown = problems.slice(0, MOST_PROBLEMS);
	for (const { line, message } of shown) say(voice, "warning", `${source}:${line}: ${message}`);
	if (problems.length > shown.length)
		say(voice, "warning", `${source}: and ${problems.length - shown.length} more such lines`);
	const unread = problems.map(({ line }) => line);
	return sections.map((section) => ({
		...section,
		source,
		unread,
		family: decideFamily(section, { source, family }, choice),
	}));
}

/** Rules that were not understood may be those that matter. */
function unreadIn(rules: readonly Rules[]): readonly string[] {
	const bySource = new Map(rules.map(({ source, unread }) => [source, unread]));
	return [...bySource].flatMap(([source, lines]) => {
		const where = `line${lines.length === 1 ? "" : "s"} ${shortList(lines.map(String))}`;
		return lines.length === 0 ? [] : [`${source}: not understood and left out: ${where}`];
	});
}

const MOST_PROBLEMS = 10;

/** From the name of the part, else from the text itself, else from `--ip-family`. */
function decideFamily(
	section: Section,
	{ source, family }: Pick<ToolText, "source" | "family">,
	choice: string | undefined,
): Family {
	if (family !== undefined && section.family !== undefined && family !== section.family) {
		throw new Trouble(
			`${source}:${section.line}: expected rules of ${family} by the name of the file, found ${section.family}`,
		);
	}
	const known = family ?? section.family;
	if (known !== undefined) return known;
	if (choice === "ipv4" || choice === "ipv6") return choice;
	throw new Trouble(`${source}: cannot tell whether these are IPv4 or IPv6 rules; give --ip-family ipv4 or ipv6`);
}

/** Tables that were saved one by one (`iptables-save -t nat`) belong together. */
function merged(own: readonly Rules[]): readonly Rules[] {
	const result: Rules[] = [];
	for (const rules of own) {
		const names = new Set(rules.tables.map(({ name }) => name));
		const fits = ({ variant, dialect, tables }: Rules): boolean =>
			variant === rules.variant && dialect === rules.dialect && !tables.some(({ name }) => names.has(name));
		const at = result.findIndex(fits);
		const other = result[at];
		if (other === undefined) result.push(rules);
		else
			result[at] = { ...other, source: `${other.source}, ${rules.source}`, tables: [...other.tables, ...rules.tables] };
	}
	return result;
}

/** Rules of both programs called iptables count in the kernel; what is looked at is the one that has kube-proxy's. */
function chooseRules(
	own: readonly Rules[],
	voice: Voice,
): {
	readonly chosen: Rules | undefined;
	readonly beside: string | undefined;
	readonly others: readonly Table[] | undefined;
} {
	const counted = own.map((rules) => ({ rules, count: countKubeRules(rules) }));
	const [first, ...more] = counted;
	if (first === undefined || more.length === 0) return { chosen: first?.rules, beside: undefined, others: undefined };
	const best = counted.reduce((a, b) => (b.count > a.count ? b : a));
	const others = counted.filter((one) => one !== best && one.rules.tables.some(({ rules }) => rules.length > 0));
	const messages = others.map(({ rules, count }) => {
		const what = count > 0 ? `${count} rules of kube-proxy's are there too, and count` : "there are rules of others";
		return {
			count,
			text: `${nameOf(best.rules)} is looked at (${best.count} rules of kube-proxy's); in ${nameOf(rules)} ${what}`,
		};
	});
	for (const { text } of messages) say(voice, "warning", `${best.rules.family}: ${text}`);
	return {
		chosen: best.rules,
		beside: messages.find(({ count }) => count > 0)?.text,
		others: counted.filter((one) => one !== best).flatMap(({ rules }) => rules.tables),
	};
}

function nameOf({ variant, source }: Rules): string {
	return variant === undefined ? source : `iptables-${variant} (${source})`;
}

function countKubeRules({ tables }: Rules): number {
	return tables.reduce((sum, { rules }) => sum + rules.filter(({ chain }) => chain.startsWith("KUBE-")).length, 0);
}

function warnUnknown(source: string, lines: readonly number[], voice: Voice): void {
	if (lines.length === 0) return;
	const numbers = shortList(lines.map(String));
	say(voice, "warning", `${source}: ${lines.length === 1 ? "line" : "lines"} ${numbers}: not understood, left out`);
}

/** A text of which nothing is understood is something else; one whose last line has no end may lack more than that. */
function checkText({ text, source }: ToolText, tool: string, isForeign: boolean, voice: Voice): void {
	if (isForeign) throw new Trouble(`${source}: expected what ${tool} prints, found nothing like it`);
	if (text !== "" && !text.endsWith("\n"))
		say(voice, "warning", `${source}: the last line does not end: was the text cut off?`);
}

function readServers(given: ToolText, voice: Voice): readonly VirtualServer[] {
	const { text, source } = given;
	const { table, unknown } = parseTable(text);
	checkText(given, "ipvsadm -Sn", table.virtualServers.length === 0 && unknown.length > 0, voice);
	warnUnknown(
		source,
		unknown.map(({ line }) => line),
		voice,
	);
	return table.virtualServers;
}

function readSets(given: ToolText, voice: Voice): readonly IpSet[] {
	const { text, source } = given;
	const { sets, unknown } = parseSets(text);
	// Sets of others may be of any type.
	const isForeign =
		sets.length === 0 && unknown.length > 0 && !unknown.some((line) => /^create \S+ \w+:/.test(line.text));
	checkText(given, "ipset save", isForeign, voice);
	warnUnknown(
		source,
		unknown.filter((line) => line.text.includes(" KUBE-")).map(({ line }) => line),
		voice,
	);
	return sets;
}

function readDummyIPs(given: ToolText, voice: Voice): readonly IP[] {
	const { text, source } = given;
	const { addresses, unknown } = parseAddresses(text);
	checkText(given, "ip -o address", addresses.length === 0 && unknown.length > 0, voice);
	warnUnknown(source, unknown, voice);
	const own = addresses.filter(({ interface: name }) => name === undefined || name === "kube-ipvs0");
	// The kernel gives an interface a link-local address of its own.
	return own.map(({ ip }) => ip).filter((ip) => !ip.startsWith("fe80:"));
}
