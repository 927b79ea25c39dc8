import type { Setting } from "../../apply/settings.ts";
import type { Backend } from "../../backend/backend.ts";
import type { Command } from "../../lang/command.ts";
import type { NodeState } from "../../lang/node-state.ts";
import type { Family, IP } from "../../net/ip.ts";
import { type CompileArguments, type Compiled, compileAgain, readCluster } from "../compile/compile.ts";
import { say, type Voice } from "../output/terminal.ts";
import { readCounters } from "./counters.ts";

/** What is wanted of this machine. */
export interface Wanted {
	readonly states: readonly NodeState[];
	/** What rules refer to, less what is there already. */
	readonly requirements: readonly Command[];
	/** What has to be there beside the rules, such as an interface. */
	readonly setup: readonly Command[];
	readonly settings: readonly Setting[];
	readonly nodeIPs: readonly IP[];
	/** Some Service gives rules in some family. */
	readonly hasServices: boolean;
	/** There are EndpointSlices, of whatever Service. */
	readonly hasEndpointSlices: boolean;
	/** What all this was made of. */
	readonly compiled: Compiled;
	/** What is wanted when something of the same mode was compiled later. Rules that are still the same are not made again. */
	readonly later: (compiled: Compiled) => Wanted;
}

/** What a machine should have, by the objects. */
function wantedOf(compiled: Compiled, before: Wanted | undefined): Wanted {
	if (before?.compiled.config.mode === compiled.config.mode) return before.later(compiled);
	return compiled.backend((backend) => wantedBy(backend, compiled, new Map()));
}

function wantedBy<R>(backend: Backend<R>, compiled: Compiled, before: ReadonlyMap<Family, R>): Wanted {
	const { models, snapshot } = compiled;
	const byFamily = new Map(models.map((model) => [model.family, backend.build(model, before.get(model.family))]));
	const rules = [...byFamily.values()];
	return {
		states: rules.map(backend.state),
		requirements: backend.requirements(rules),
		setup: backend.setup(rules).filter(({ program }) => program === "ip" || program === "ipvsadm"),
		settings: backend.sysctls(rules),
		nodeIPs: models[0]?.node.ips ?? [],
		hasServices: models.some(({ servicePorts }) => servicePorts.length > 0),
		hasEndpointSlices: snapshot.endpointSlices.length > 0,
		compiled,
		later: (next) => wantedBy(backend, next, byFamily),
	};
}

/**
 * What this machine should have, by the objects. A counter is nothing to lose rules over: where this machine cannot make
 * nfacct objects, rules do without, and that is said.
 *
 * @param before what was wanted the last time
 */
export async function wantedHere(
	argv: CompileArguments & Readonly<Record<string, unknown>>,
	voice: Voice,
	before?: Wanted,
): Promise<Wanted> {
	const cluster = await readCluster(argv, voice, before?.compiled);
	const wanted = wantedOf(compileAgain(cluster, argv, voice), before);
	if (wanted.requirements.length === 0) return wanted;
	const counters = await readCounters();
	if (counters.kind === "known") {
		const isThere = ({ args }: Command): boolean => counters.names.has(args.at(-1) ?? "");
		return { ...wanted, requirements: wanted.requirements.filter((command) => !isThere(command)) };
	}
	say(voice, "warning", `rules do without nfacct counters: ${counters.problem} (--nfacct false says so at once)`);
	return wantedOf(compileAgain(cluster, { ...argv, nfacct: false }, { ...voice, isQuiet: true }), before);
}
