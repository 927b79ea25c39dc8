import type { ProxyMode } from "../../config/proxy-config.ts";
import { Trouble } from "../../trouble.ts";
import { checkAnyService } from "../arguments/known-services.ts";
import { both, labelFilter, type PortFilter, readSelector } from "../arguments/selector-argument.ts";
import { servicePortFilter } from "../arguments/service-argument.ts";
import { type Cluster, readCluster } from "../compile/compile.ts";
import type { Voice } from "../output/terminal.ts";
import { writeModeSwitch } from "../states/mode-switch.ts";
import type { DiffArgv } from "../states/sides.ts";

/** Prints what changes for clients when a node changes its mode. Gives the exit status: 0 nothing does, 1 something does. */
export async function diffModes(argv: DiffArgv, modes: readonly [ProxyMode, ProxyMode], voice: Voice): Promise<number> {
	const { output = "text", metrics } = argv;
	if (modes[0] === modes[1]) throw new Trouble(`--from-mode and --to-mode: expected two modes, got ${modes[0]} twice`);
	if (output !== "text" && output !== "json") {
		throw new Trouble(`-o ${output}: the rules of two modes have nothing in common; give -o text or json`);
	}
	if (metrics !== undefined) {
		throw new Trouble("--metrics tells whether a node has what it should have: leave out --from-mode and --to-mode");
	}
	const cluster = await readCluster(argv, voice);
	return writeModeSwitch(cluster, modes, filterOf(argv, cluster), argv, voice);
}

/** Which service ports are asked about. */
function filterOf(argv: DiffArgv, { snapshot: { services } }: Cluster): PortFilter | undefined {
	const selector = readSelector(argv);
	const byLabel = selector === undefined ? undefined : labelFilter(selector, services);
	const isWanted = both(servicePortFilter(argv), byLabel);
	if (isWanted !== undefined) checkAnyService(argv, services, isWanted);
	return isWanted;
}
