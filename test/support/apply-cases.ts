import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Step, StepResult } from "./apply-session.ts";
import { canonListing, canonRules } from "./canon.ts";
import { foreignLines } from "./diff-foreign.ts";
import { withoutCounts, withSortedTables } from "./kernel-case.ts";
import type { Variant } from "./kernel-load.ts";
import { captures, configInMode, type OracleCase, oracleArguments, oracleCases } from "./oracle.ts";

function caseNamed(name: string): OracleCase {
	const found = oracleCases().find((one) => one.name === name);
	if (found === undefined) throw new Error(`there is no case ${name}`);
	return found;
}

/** Two cases that differ in much: what a node has, and what it should have. */
export const [OLD, NEW] = [caseNamed("84-config-everything-at-once"), caseNamed("98-kitchen-sink")] as const;

/** `apply` for a case, as a machine with its addresses runs it. */
export function applyCase(oracleCase: OracleCase, loader: Loader, directory: string): readonly string[] {
	const own = ["--ip-family", "dual", ...loaderArguments(loader), "--state-dir", directory];
	if (loader !== "nftables") return ["apply", ...oracleArguments(oracleCase), ...own];
	const configFile = join(directory, `${oracleCase.name}.config.json`);
	writeFileSync(configFile, JSON.stringify(configInMode(oracleCase.config, loader)));
	return ["apply", ...oracleArguments({ ...oracleCase, configFile }), ...own];
}

/** What holds the rules: one of the programs called iptables, or the tables of the nftables mode. */
export type Loader = Variant | "nftables";

/** Options of `apply` and `cleanup` that choose it. */
export function loaderArguments(loader: Loader): readonly string[] {
	return loader === "nftables" ? ["--proxy-mode", loader] : ["--iptables", loader];
}

/** Addresses of the nodes of all cases: what has to be on an interface. */
export function addressesOf(cases: readonly OracleCase[]): readonly string[] {
	const all = cases.flatMap(({ config }) => config.nodeIPs.map((ip) => `${ip}/${ip.includes(":") ? 128 : 32}`));
	return [...new Set(all)];
}

/** Prints the rules of both families, IPv4 first. */
export function saveStep(loader: Loader): Step {
	if (loader === "nftables") {
		return { shell: `nft -s list ruleset ip; nft -s list ruleset inet; echo "${SPLIT}"; nft -s list ruleset ip6` };
	}
	return { shell: `iptables-${loader}-save && echo "${SPLIT}" && ip6tables-${loader}-save` };
}

const SPLIT = "==== IPv6";

/** What `saveStep` printed: a text of iptables-save or of nft a family. */
export interface Saved {
	readonly v4: string;
	readonly v6: string;
}

/**
 * The two texts of `saveStep`: without counters, and without tables that hold nothing; those stay where they were used. What nft
 * printed is in the order-free form.
 */
export function savedTexts({ status, stdout, stderr }: StepResult): Saved {
	const [v4, v6] = stdout.split(`${SPLIT}\n`);
	if (status !== 0 || v4 === undefined || v6 === undefined) throw new Error(`saving failed: ${stderr}`);
	return { v4: plain(v4), v6: plain(v6) };
}

function plain(text: string): string {
	if (text.startsWith("table ")) return canonListing(text);
	const tables = withSortedTables(withoutCounts(text)).split(/(?<=^COMMIT\n)/m);
	return tables.filter((table) => /^(?:-A |:\S+ (?!ACCEPT))/m.test(table)).join("");
}

/** The order-free texts that the real kube-proxy left, one or several that count as equal. */
export function capturedSaves({ name }: OracleCase, family: "v4" | "v6"): readonly string[] {
	const found = captures(name, "iptables").find(
		({ version, file }) => version === "1.36" && file === `save.${family}.txt`,
	);
	return (found?.outcomes ?? []).map((text) => canonRules(plain(text)));
}

/** What is kube-proxy's of a text, in the order-free form, without policies of built-in chains. */
export function ownRules(text: string): string {
	const foreign = foreignLines(text);
	let table = "";
	const kept = text.split("\n").filter((line) => {
		if (line.startsWith("*")) table = line;
		const [, chain] = /^(?::|-A )(\S+)/.exec(line) ?? [];
		const others = foreign[`${table} ${chain}`];
		return !/^:\S+ [A-Z]/.test(line) && !(line.startsWith(":") ? others !== undefined : others?.includes(line));
	});
	return canonRules(plain(kept.join("\n")));
}

/** Only rules and chains that are none of kube-proxy's, as a text for iptables-restore. The kubelet's rule goes, too. */
export function foreignText(dump: string): string {
	const foreign = foreignLines(dump);
	let table = "";
	const kept = dump.split("\n").filter((line) => {
		if (line.startsWith("*")) table = line;
		const [, chain = ""] = /^(?::|(?:\[\d+:\d+\] )?-A )(\S+)/.exec(line) ?? [];
		if (chain === "KUBE-FIREWALL" || line.startsWith("#")) return false;
		if (line.startsWith(":")) return /^:\S+ [A-Z]/.test(line) || `${table} ${chain}` in foreign;
		return chain === "" || foreign[`${table} ${chain}`]?.includes(line.replace(/^\[\d+:\d+\] /, "")) === true;
	});
	return kept.join("\n");
}
