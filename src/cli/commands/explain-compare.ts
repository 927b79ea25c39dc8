import { PROXY_MODES } from "../../config/proxy-config.ts";
import { compareModes } from "../../explain/compare-modes.ts";
import { findService } from "../../explain/find-service.ts";
import { type Prepared, prepare } from "../../explain/prepare.ts";
import { describeModeComparison, printModeComparison } from "../../explain/print/print-modes.ts";
import type { Target } from "../../explain/target.ts";
import { portNameOf } from "../../explain/words.ts";
import type { Snapshot } from "../../snapshot/snapshot.ts";
import { Trouble } from "../../trouble.ts";
import { type Cluster, type Compiled, compileAgain, readCluster } from "../compile.ts";
import { followedState } from "../compiled-state.ts";
import type { ExplainArguments } from "../explain-arguments.ts";
import { printableLines, type Voice, writeResult } from "../terminal.ts";

type Argv = ExplainArguments & Readonly<Record<string, unknown>>;

/** Prints what changes for the clients of a Service, or of all Services, when the node changes its mode. */
export async function explainModes(argv: Argv, text: string, target: Target, voice: Voice): Promise<void> {
	const [old, current] = readModes(text);
	const cluster = await readCluster(argv, voice);
	const isWanted = wanted(cluster.snapshot, target, argv.namespace);
	const before = preparedFor(cluster, { ...argv, "proxy-mode": old }, voice);
	const after = preparedFor(cluster, { ...argv, "proxy-mode": current }, { ...voice, isQuiet: true });
	const compared = before.flatMap((one, index) => {
		const other = after[index];
		return other === undefined ? [] : [compareModes(one, other, isWanted)];
	});
	const comparison = {
		modes: [old, current] as const,
		probes: compared.reduce((sum, { probes }) => sum + probes, 0),
		differences: compared.flatMap(({ differences }) => differences),
	};
	if (argv.output === "json") await writeResult(`${JSON.stringify(describeModeComparison(comparison), null, 2)}\n`);
	else await writeResult(printableLines(printModeComparison(comparison)));
}

function readModes(text: string): readonly [string, string] {
	const [old, current, ...others] = text.split(",");
	const known: readonly string[] = PROXY_MODES;
	if (old !== undefined && current !== undefined && others.length === 0 && old !== current) {
		if (known.includes(old) && known.includes(current)) return [old, current];
	}
	throw new Trouble(`--compare: expected two modes, like iptables,ipvs, got ${JSON.stringify(text)}`);
}

/** Which service ports are compared, by name: those of the Service, or all of the node. */
function wanted(snapshot: Snapshot, target: Target, namespace: string | undefined): (servicePort: string) => boolean {
	if (target.kind === "node") return (name) => namespace === undefined || name.startsWith(`${namespace}/`);
	if (target.kind !== "service") throw new Trouble("--compare: expected a Service, or node for all Services");
	const found = findService(snapshot.services, target);
	if ("message" in found) throw new Trouble(found.message);
	const name = `${found.service.namespace}/${found.service.name}`;
	const { portNames } = found;
	return (servicePort) => {
		const isOwn = servicePort === name || servicePort.startsWith(`${name}:`);
		return isOwn && (portNames === undefined || portNames.has(portNameOf(servicePort)));
	};
}

function preparedFor(cluster: Cluster, argv: Argv, voice: Voice): readonly Prepared[] {
	const { backend, models, snapshot }: Compiled = compileAgain(
		cluster,
		{ ...argv, ipFamily: argv.ipFamily ?? "dual" },
		voice,
	);
	const nodes = models.map((model) => ({ model, state: followedState(backend, model) }));
	return prepare({ snapshot, nodes });
}
