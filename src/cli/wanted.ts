import { runCommand } from "../apply/run-command.ts";
import type { Setting } from "../apply/settings.ts";
import type { Command } from "../lang/command.ts";
import type { NodeState } from "../lang/node-state.ts";
import type { IP } from "../net/ip.ts";
import { type CompileArguments, type Compiled, compileAgain, readCluster } from "./compile.ts";
import { expectState } from "./compiled-state.ts";
import { say, type Voice } from "./terminal.ts";

/** What is wanted of this machine. */
export interface Wanted {
	readonly states: readonly NodeState[];
	/** What rules refer to. */
	readonly requirements: readonly Command[];
	/** What has to be there beside the rules, such as an interface. */
	readonly setup: readonly Command[];
	readonly settings: readonly Setting[];
	readonly nodeIPs: readonly IP[];
}

/** What a machine should have, by the objects. */
function wantedOf({ backend, models }: Compiled): Wanted {
	return backend((one) => {
		expectState(one);
		const rules = models.map(one.build);
		return {
			states: rules.map(one.state),
			requirements: one.requirements(rules),
			setup: one.setup(rules).filter(({ program }) => program === "ip" || program === "ipvsadm"),
			settings: one.sysctls(rules),
			nodeIPs: models[0]?.node.ips ?? [],
		};
	});
}

/**
 * What this machine should have, by the objects. A counter is nothing to lose rules over: where this machine cannot make
 * nfacct objects, rules do without, and that is said.
 */
export async function wantedHere(
	argv: CompileArguments & Readonly<Record<string, unknown>>,
	voice: Voice,
): Promise<Wanted> {
	const cluster = await readCluster(argv, voice);
	const wanted = wantedOf(compileAgain(cluster, argv, voice));
	const problem = wanted.requirements.length === 0 ? undefined : await countersProblem();
	if (problem === undefined) return wanted;
	say(voice, "warning", `rules do without nfacct counters: ${problem} (--nfacct false says so at once)`);
	return wantedOf(compileAgain(cluster, { ...argv, nfacct: false }, { ...voice, isQuiet: true }));
}

/** Why there are no nfacct objects here; undefined: there can be. */
async function countersProblem(): Promise<string | undefined> {
	const result = await runCommand({ program: "nfacct", args: ["list"] }, { timeoutSeconds: 10 });
	if (result.kind === "absent") return "the program nfacct is not there";
	if (result.exitCode === 0) return undefined;
	return `nfacct list: exit status ${result.exitCode}: ${result.stderr.trim()}`;
}
