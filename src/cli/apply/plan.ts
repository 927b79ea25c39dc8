import { planFamilies } from "../../apply/apply.ts";
import { type IpvsPlan, planIpvs } from "../../apply/ipvs-plan.ts";
import type { PlannedCommand } from "../../apply/plan.ts";
import { planRules } from "../../apply/plan-rules.ts";
import { planSettings, readSetting } from "../../apply/settings.ts";
import type { Command } from "../../lang/command.ts";
import { readDuration } from "./every.ts";
import { DEFAULT_STATE_DIR, type Found } from "./machine.ts";
import type { Wanted } from "./wanted.ts";

/** What the plan leaves out. */
export interface PlanOptions {
	/** Write everything anew, whatever is there. */
	readonly full?: boolean | undefined;
	readonly settings?: boolean | undefined;
	readonly conntrack?: boolean | undefined;
}

/** Options for real servers that go. */
export interface DrainArguments {
	readonly drainTimeout?: string | undefined;
	readonly stateDir?: string | undefined;
}

/** How long a real server may wait for the end of its connections, unless `--drain-timeout` says otherwise. */
const DEFAULT_DRAIN_TIMEOUT = "15m";

/** What is done about the mode's virtual servers in this run. */
export function planServers(
	wanted: Wanted,
	{ states, machine }: Found,
	{ drainTimeout = DEFAULT_DRAIN_TIMEOUT, stateDir = DEFAULT_STATE_DIR }: DrainArguments,
): Promise<IpvsPlan> {
	const drainLimit = readDuration("--drain-timeout", drainTimeout);
	const options = { setup: wanted.setup, run: machine.run, stateDirectory: stateDir, drainLimit, readSetting };
	return planIpvs(states, wanted.states, options);
}

/** Everything that has to be run, in order; nothing when nothing differs. */
export function planCommands(
	wanted: Wanted,
	{ machine }: Pick<Found, "machine">,
	ipvs: IpvsPlan,
	{ full, settings, conntrack }: PlanOptions,
): readonly PlannedCommand[] {
	const plans = planFamilies(ipvs.live, ipvs.wanted);
	const loads = planRules(plans, machine.variant, full === true).filter(
		({ command }) => conntrack !== false || command.program !== "conntrack",
	);
	const counters = new Set(loads.flatMap(({ command }) => counterNames(command.stdin ?? "")));
	const refers = ({ args }: Command): boolean => counters.has(args.at(-1) ?? "");
	return [
		...ipvs.setup,
		...(settings === false ? [] : planSettings(wanted.settings, readSetting)),
		...wanted.requirements.filter(refers).map((command) => ({
			command,
			purpose: "a counter that rules refer to",
			isOptional: false,
			// What the kernel says when there is one of this name.
			isFine: (stderr: string) => /busy|exists/i.test(stderr),
		})),
		...loads,
	];
}

/** Of the nfacct objects that a restore text refers to. iptables prints two blanks before a name. */
function counterNames(text: string): readonly string[] {
	return [...text.matchAll(/ --nfacct-name +(\S+)/g)].map(([, name = ""]) => name);
}
