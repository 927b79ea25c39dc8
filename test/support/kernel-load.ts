import { restoreCommand, tool } from "../../src/backend/netfilter/commands.ts";
import { type Command, type Family, printCommand } from "../../src/index.ts";
import { runInNamespace } from "./namespace.ts";

/** The two programs called iptables: each has its own part of the kernel. */
export type Variant = "legacy" | "nft";

/** Each of the two for each family; the first two have everything once. */
export const KINDS = [
	{ family: "ipv4", variant: "legacy" },
	{ family: "ipv6", variant: "nft" },
	{ family: "ipv4", variant: "nft" },
	{ family: "ipv6", variant: "legacy" },
] as const;

/** Where and on what rules are loaded. */
export interface LoadOptions {
	readonly family: Family;
	readonly variant: Variant;
	/** What has to exist before; as from `Backend.requirements`. */
	readonly requirements?: readonly Command[];
	/** What has to run before; as from `Backend.setup`. */
	readonly setup?: readonly Command[];
}

/** What became of a restore text. */
export interface LoadResult {
	/** iptables-restore took it. */
	readonly ok: boolean;
	readonly stderr: string;
	/** What iptables-save printed afterwards; empty unless `ok`. */
	readonly saved: string;
}

/** The text was refused; the other numbers belong to the guard and to shells. */
const RESTORE_FAILED = 95;

/**
 * Loads restore text into the kernel as kube-proxy does, in a network namespace of its own. A text that is refused gives
 * a result; anything else that fails (a requirement, the setup, iptables-save) throws, lest it passes for a refusal.
 */
export async function loadsInKernel(text: string, options: LoadOptions): Promise<LoadResult> {
	const { exitCode, stdout, stderr } = await runInNamespace(loadScript(options), text);
	if (exitCode !== 0 && exitCode !== RESTORE_FAILED) throw new Error(`could not load: exit ${exitCode}: ${stderr}`);
	return { ok: exitCode === 0, stderr, saved: exitCode === 0 ? stdout : "" };
}

/** The restore text comes from the standard input. The lock is a private one: the usual is shared by all namespaces. */
function loadScript({ family, variant, requirements = [], setup = [] }: LoadOptions): string {
	const line = (command: Command) => printCommand(ofVariant(command, variant));
	return [
		"lock=$(mktemp) || exit 1",
		`trap 'rm -f "$lock"' EXIT`,
		'export XTABLES_LOCKFILE="$lock"',
		`run() { "$@" </dev/null || { echo "this failed: $*" >&2; exit 1; }; }`,
		...[...requirements, ...setup].map((command) => `run ${line(command)}`),
		`${line(restoreCommand(family, ""))} || exit ${RESTORE_FAILED}`,
		`run ${line({ program: tool(family, "-save"), args: [] })}`,
	].join("\n");
}

/** `ip6tables-restore` as `ip6tables-nft-restore`; what is not an iptables program stays. */
export function ofVariant(command: Command, variant: Variant): Command {
	return { ...command, program: command.program.replace(/^ip6?tables/, `$&-${variant}`) };
}
