import type { ProxyMode } from "../../config/proxy-config.ts";
import { findService } from "../../explain/find-service.ts";
import type { Target } from "../../explain/target.ts";
import { portNameOf } from "../../explain/words.ts";
import type { Snapshot } from "../../snapshot/snapshot.ts";
import { Trouble } from "../../trouble.ts";
import type { ExplainArguments } from "../arguments/explain-arguments.ts";
import { checkAnyService } from "../arguments/known-services.ts";
import { readModes } from "../arguments/modes-argument.ts";
import type { PortFilter } from "../arguments/selector-argument.ts";
import { servicePortFilter } from "../arguments/service-argument.ts";
import { readCluster } from "../compile/compile.ts";
import type { Voice } from "../output/terminal.ts";
import { writeModeSwitch } from "../states/mode-switch.ts";

type Argv = ExplainArguments & Readonly<Record<string, unknown>>;

/**
 * Prints what changes for the clients of a Service, or of all Services, when the node changes its mode. Gives the exit status: 1 when
 * something changes, else 0.
 */
export async function explainModes(argv: Argv, text: string, target: Target, voice: Voice): Promise<number> {
	const modes = readPair(text);
	const cluster = await readCluster(argv, voice);
	const isWanted = wanted(cluster.snapshot, target, argv.namespace);
	return writeModeSwitch(cluster, modes, isWanted, argv, voice);
}

function readPair(text: string): readonly [ProxyMode, ProxyMode] {
	const [old, current, ...others] = readModes(text);
	if (others.length === 0) return [old, current];
	throw new Trouble(`--compare: expected two modes, like iptables,nftables, got ${JSON.stringify(text)}`);
}

/** Which service ports are compared, by name: those of the Service, or of the namespace; undefined: all of the node. */
function wanted(snapshot: Snapshot, target: Target, namespace: string | undefined): PortFilter | undefined {
	if (target.kind === "node") {
		const isWanted = servicePortFilter({ namespace });
		if (isWanted !== undefined) checkAnyService({ namespace }, snapshot.services, isWanted);
		return isWanted;
	}
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
