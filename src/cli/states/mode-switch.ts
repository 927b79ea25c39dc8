import type { ProxyMode } from "../../config/proxy-config.ts";
import { compareModes } from "../../explain/compare-modes.ts";
import { type Prepared, prepare } from "../../explain/prepare.ts";
import { describeModeComparison } from "../../explain/print/describe-modes.ts";
import { type ModeSwitch, printModeComparison } from "../../explain/print/print-modes.ts";
import type { PortFilter } from "../arguments/selector-argument.ts";
import { type Cluster, type CompileArguments, compileAgain } from "../compile/compile.ts";
import { withMode } from "../options/proxy-flags.ts";
import { printableLines, type Voice, writeResult } from "../output/terminal.ts";
import { compiledState } from "./compiled-state.ts";

type Argv = CompileArguments & { readonly output?: string | undefined } & Readonly<Record<string, unknown>>;

/**
 * Prints what changes for clients when a node changes its mode, in both families unless one was asked for. Gives the exit status:
 * 0 nothing changes, 1 something does.
 *
 * @param isWanted which service ports; undefined: all, and addresses that no Service has
 */
export async function writeModeSwitch(
	cluster: Cluster,
	modes: readonly [ProxyMode, ProxyMode],
	isWanted: PortFilter | undefined,
	argv: Argv,
	voice: Voice,
): Promise<number> {
	const found = compareNode(cluster, modes, isWanted, argv, voice);
	if (argv.output === "json") await writeResult(`${JSON.stringify(describeModeComparison(found), null, 2)}\n`);
	else await writeResult(printableLines(printModeComparison(found, voice.isVerbose)));
	return found.comparison.differences.length === 0 ? 0 : 1;
}

function compareNode(
	cluster: Cluster,
	modes: readonly [ProxyMode, ProxyMode],
	isWanted: PortFilter | undefined,
	argv: Argv,
	voice: Voice,
): ModeSwitch {
	const options =
		argv["compare"] === undefined ? (["--from-mode", "--to-mode"] as const) : (["--compare", "--compare"] as const);
	const before = preparedFor(cluster, withMode(argv, modes[0], options[0]), voice);
	const after = preparedFor(cluster, withMode(argv, modes[1], options[1]), { ...voice, isQuiet: true });
	const compared = before.flatMap((one, index) => {
		const other = after[index];
		return other === undefined ? [] : [compareModes(one, other, isWanted)];
	});
	return {
		node: before[0]?.model.node.name ?? "",
		modes,
		comparison: {
			probes: compared.reduce((sum, { probes }) => sum + probes, 0),
			services: new Set(compared.flatMap(({ services }) => [...services])),
			differences: compared.flatMap(({ differences }) => differences),
		},
	};
}

function preparedFor(cluster: Cluster, argv: Argv, voice: Voice): readonly Prepared[] {
	const { backend, models, snapshot } = compileAgain(cluster, { ...argv, ipFamily: argv.ipFamily ?? "dual" }, voice);
	const nodes = models.map((model) => ({ model, state: compiledState(backend, model) }));
	return prepare({ snapshot, nodes });
}
