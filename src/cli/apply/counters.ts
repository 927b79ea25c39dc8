import type { PlannedCommand } from "../../apply/plan.ts";
import { runCommand } from "../../apply/run-command.ts";
import { COUNTERS } from "../../backends.ts";

/** The nfacct objects of this machine, or why there cannot be any. */
export type Counters =
	| { readonly kind: "known"; readonly names: ReadonlySet<string> }
	| { readonly kind: "unknown"; readonly problem: string };

/** Asks the kernel for its nfacct objects. */
export async function readCounters(): Promise<Counters> {
	const result = await runCommand({ program: "nfacct", args: ["list"] }, { timeoutSeconds: 10 });
	if (result.kind === "absent") return { kind: "unknown", problem: "the program nfacct is not there" };
	if (result.exitCode !== 0) {
		return { kind: "unknown", problem: `nfacct list: exit status ${result.exitCode}: ${result.stderr.trim()}` };
	}
	const names = [...result.stdout.matchAll(/^\{.*\} = (.+);$/gm)].map(([, name = ""]) => name);
	return { kind: "known", names: new Set(names) };
}

/** The commands that remove kube-proxy's nfacct objects, once no rule refers to them. */
export async function planCountersGone(): Promise<readonly PlannedCommand[]> {
	const counters = await readCounters();
	if (counters.kind === "unknown") return [];
	return COUNTERS.filter((name) => counters.names.has(name)).map((name) => ({
		command: { program: "nfacct", args: ["delete", name] },
		purpose: "a counter that rules referred to",
		isOptional: true,
		// A rule that stays refers to it.
		isFine: (stderr) => /busy/i.test(stderr),
	}));
}
