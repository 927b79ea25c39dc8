import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Difference } from "../../src/diff/diff.ts";
import { restoreParts } from "../../src/diff/restore-parts.ts";
import type { NodeState } from "../../src/lang/node-state.ts";
import type { Family } from "../../src/net/ip.ts";
import type { Variant } from "./kernel-load.ts";
import { runInNamespace } from "./namespace.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

/** Which of the kernel's rules. */
export interface Place {
	readonly family: Family;
	readonly variant: Variant;
}

/** Before every script that calls iptables: a lock of its own, since the usual one is shared by all namespaces. */
export const PRIVATE_LOCK = `lock=$(mktemp) || exit 1
trap 'rm -f "$lock"' EXIT
export XTABLES_LOCKFILE="$lock"`;

/** `iptables-nft`, `ip6tables-legacy`. */
export function programOf({ family, variant }: Place): string {
	return `${family === "ipv4" ? "iptables" : "ip6tables"}-${variant}`;
}

/** What `-o restore` prints for iptables; empty when no rule differs. */
export function restoreText(old: NodeState, current: NodeState, difference: Difference): string {
	const parts = restoreParts(old, current, difference);
	const others = parts.filter(({ loader }) => !/^ip6?tables-restore -w 5 --noflush$/.test(loader));
	if (others.length > 0) throw new Error(`only rules differ, but there is a part for ${others[0]?.loader}`);
	return parts.map(({ text }) => text).join("");
}

/** Commands that create the counters to which rules of a text refer. */
export function counters(text: string): readonly string[] {
	const names = [...text.matchAll(/--nfacct-name\s+(\S+)/g)].map(([, name]) => name);
	return [...new Set(names)].map((name) => `nfacct add ${name}`);
}

/** Commands that create the sets to which rules of a text refer. */
export function sets(text: string, { family }: Place): readonly string[] {
	const uses = [...text.matchAll(/--(?:match|add|del)-set (\S+) (\S+)/g)];
	const types = new Map(
		uses.map(([, name = "", sides = ""]) => [name, sides.includes(",") ? "hash:ip,port" : "hash:ip"]),
	);
	const net = family === "ipv4" ? "inet" : "inet6";
	return [...types].map(([name, type]) => `ipset create ${name} ${type} family ${net} timeout 0`);
}

/**
 * Loads a text of iptables-save into a fresh network namespace, then a change on top of it, and returns what iptables-save
 * prints afterwards.
 */
export async function applyInKernel(base: string, change: string, place: Place): Promise<string> {
	const directory = temporaryDirectory();
	const file = (name: string, text: string): string => {
		writeFileSync(join(directory, name), text);
		return join(directory, name);
	};
	const program = programOf(place);
	const script = [
		PRIVATE_LOCK,
		`run() { "$@" || { echo "this failed: $*" >&2; exit 1; }; }`,
		...[...counters(base + change), ...sets(base, place)].map((command) => `run ${command}`),
		`run ${program}-restore <${file("base", base)}`,
		`run ${program}-restore -w 5 --noflush <${file("change", change)}`,
		`run ${program}-save`,
	];
	const { exitCode, stdout, stderr } = await runInNamespace(script.join("\n"));
	if (exitCode !== 0) throw new Error(`${program}: exit ${exitCode}: ${stderr}\n${change}`);
	return stdout;
}
