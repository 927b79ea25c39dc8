import { readFileSync } from "node:fs";
import type { Step, StepResult } from "./apply-session.ts";
import { canon } from "./canon.ts";
import { readCase } from "./compile-case.ts";
import { ipvsCase } from "./ipvs-case.ts";
import { capturedTexts, type NodeTexts, textOf } from "./ipvs-diff-states.ts";
import { addresses, withoutRandomness } from "./ipvs-read-back.ts";
import { withoutCounts, withSortedTables } from "./kernel-case.ts";
import { captures, type OracleCase, oracleArguments } from "./oracle.ts";

/** The parts that are compared. */
export const PARTS = ["ipset.txt", "kube-ipvs0.txt", "ipvsadm.txt", "save.v4.txt", "save.v6.txt"] as const;

/** A command line of svcnat for a case in IPVS mode. */
export function applyIpvs(oracleCase: OracleCase, ...more: readonly string[]): readonly string[] {
	const own = ["--proxy-mode", "ipvs", "--ip-family", "dual", "--iptables", "legacy", "--state-dir", "@state"];
	const { name, snapshotFile, configFile } = oracleCase;
	const inPlace = new Map([
		[snapshotFile, `@${name}.objects.yaml`],
		[configFile, `@${name}.config.yaml`],
	]);
	const words = oracleArguments(oracleCase).map((word) => inPlace.get(word) ?? word);
	return ["apply", ...words, ...own, ...more];
}

/** The files to which `applyIpvs` refers: the machine does not see all of the host's. */
export function caseFiles(cases: readonly OracleCase[]): Readonly<Record<string, string>> {
	return Object.fromEntries(
		cases.flatMap(({ name, snapshotFile, configFile }) => [
			[`${name}.objects.yaml`, readFileSync(snapshotFile, "utf8")],
			[`${name}.config.yaml`, readFileSync(configFile, "utf8")],
		]),
	);
}

/** Takes everything away again. */
export const CLEANUP_WORDS = ["cleanup", "--iptables", "legacy", "--state-dir", "@state"];

/** The same as a step. */
export const CLEANUP: Step = { svcnat: CLEANUP_WORDS };

/** An interface with the addresses of the nodes of cases. */
export function nodeLinks(cases: readonly OracleCase[]): readonly string[] {
	const ips = new Set(cases.flatMap(({ config }) => config.nodeIPs));
	const length = (ip: string): string => (ip.includes(":") ? "128 dev node0 nodad" : "32 dev node0");
	return [
		"link set lo up",
		"link add node0 type dummy",
		"link set node0 up",
		...[...ips].map((ip) => `address add ${ip}/${length(ip)}`),
	];
}

const SPLIT = "==== next";

/** Prints what the kernel has. */
export const READ_BACK: Step = {
	shell: [
		"ipset save",
		"ip -o address show dev kube-ipvs0 2>/dev/null",
		"ipvsadm -Sn",
		"iptables-legacy-save",
		"ip6tables-legacy-save",
	].join(`; echo '${SPLIT}'; `),
};

/** Everything around: interfaces, their addresses, settings, timers. */
export const AROUND: Step = {
	shell: `ip -o link show | sed 's/^[0-9]*: //'; ip -o address show | sed 's/^[0-9]*: //'; ipvsadm -L --timeout
sysctl net.ipv4.ip_forward net.ipv4.vs.conntrack net.ipv4.vs.expire_nodest_conn net.ipv4.vs.expire_quiescent_template`,
};

/** What `READ_BACK` printed, by part. */
export function readBack({ stdout, stderr }: StepResult): NodeTexts {
	const texts = stdout.split(`${SPLIT}\n`);
	if (texts.length !== PARTS.length || stderr !== "") throw new Error(`cannot read back: ${stderr}`);
	return Object.fromEntries(PARTS.map((part, index) => [part, plain(part, texts[index] ?? "")]));
}

function plain(part: string, text: string): string {
	if (part === "ipset.txt") return withoutRandomness(text);
	if (part === "kube-ipvs0.txt") return addresses(text);
	return part === "ipvsadm.txt" ? text : withoutEmptyTables(withSortedTables(withoutCounts(text)));
}

/** Tables stay where they were used. */
function withoutEmptyTables(save: string): string {
	const tables = save.split(/(?<=^COMMIT\n)/m);
	return tables.filter((table) => /^(?:-A |:\S+ (?!ACCEPT))/m.test(table)).join("");
}

/**
 * What a node in the state of a case has, by part: as captured, or as compiled where that was not captured or where kube-proxy
 * leaves it to chance.
 */
export function expectedTexts(oracleCase: OracleCase): NodeTexts {
	const isChance = captures(oracleCase.name, "ipvs").some(({ outcomes }) => outcomes.length > 1);
	const captured = isChance ? {} : capturedTexts(oracleCase.name);
	const texts = { ...ipvsCase(readCase(oracleCase)).parts, ...captured };
	return Object.fromEntries(PARTS.map((part) => [part, plainExpected(part, textOf(texts, part))]));
}

function plainExpected(part: string, text: string): string {
	return part.startsWith("save.") ? withoutEmptyTables(withSortedTables(text)) : text;
}

/** The order-free form of parts, without the lines of others. */
export function canonTexts(texts: NodeTexts, foreign: NodeTexts = {}): NodeTexts {
	return Object.fromEntries(
		PARTS.map((part) => {
			const others = linesOf(foreign[part] ?? "");
			const own = textOf(texts, part).split("\n");
			const kept = own.filter((line) => !others.has(line)).join("\n");
			return [part, canon(part, kept.endsWith("\n") ? kept : `${kept}\n`)];
		}),
	);
}

/** All texts; of what has no order, sorted lines. */
export function inOneOrder(texts: NodeTexts): NodeTexts {
	const sorted = PARTS.filter((part) => !part.startsWith("save.")).map((part) => [
		part,
		canon(part, textOf(texts, part)),
	]);
	return { ...texts, ...Object.fromEntries(sorted) };
}

/** Lines of others that a node has; of rules in their order. */
export function foreignLinesIn(texts: NodeTexts, foreign: NodeTexts): NodeTexts {
	return Object.fromEntries(
		PARTS.map((part) => {
			const others = linesOf(textOf(foreign, part));
			const lines = textOf(texts, part)
				.split("\n")
				.filter((line) => others.has(line));
			return [part, part.startsWith("save.") ? lines.join("\n") : canon(part, lines.join("\n"))];
		}),
	);
}

/** Without those that everybody has. */
function linesOf(text: string): ReadonlySet<string> {
	return new Set(text.split("\n").filter((line) => /^(?:-|:\S+ - |create|add)/.test(line)));
}
