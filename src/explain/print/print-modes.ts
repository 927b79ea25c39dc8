import { list, plural } from "../../diff/words.ts";
import { hostPort } from "../../net/ip.ts";
import { aligned } from "../../trace/print/aligned.ts";
import type { ModeComparison, ModeDifference } from "../compare-modes.ts";
import { CLIENTS, groupChanges, type ModeChange, type ServiceGroup } from "../mode-changes.ts";
import { listed } from "../words.ts";

/** A change of the mode of a node. */
export interface ModeSwitch {
	readonly node: string;
	/** The mode before, and the one after. */
	readonly modes: readonly [string, string];
	/** Of both families together. */
	readonly comparison: ModeComparison;
}

/** What changes for clients between two modes, for people: Services that fare alike together, with their packets. */
export function printModeComparison({ node, modes, comparison }: ModeSwitch, isVerbose: boolean): string {
	const { probes, services, differences } = comparison;
	const [old, current] = modes;
	const followed = `${plural(probes, "kind")} of packets were followed through both, on node ${node}`;
	if (differences.length === 0) return `nothing changes for clients from ${old} to ${current}: ${followed}\n`;
	const groups = groupChanges(differences);
	const changed = new Set(groups.flatMap((group) => group.services)).size;
	const what = `${changed} of ${plural(services.size, "Service")} ${changed === 1 ? "changes" : "change"} for some clients`;
	const title = `from ${old} to ${current}, ${what}: ${followed}`;
	const blocks = groups.map((group) => [titleOf(group, isVerbose), ...linesOf(group, modes, isVerbose)].join("\n"));
	return `${[title, ...blocks].join("\n\n")}\n`;
}

function titleOf({ services }: ServiceGroup, isVerbose: boolean): string {
	if (services.length === 0) return "no Service";
	const names = isVerbose ? services.join(", ") : list(services);
	return services.length === 1 ? names : `${names} (${services.length} Services)`;
}

function linesOf({ changes }: ServiceGroup, modes: ModeSwitch["modes"], isVerbose: boolean): readonly string[] {
	return changes.flatMap((change) => {
		const [old, current] = modes;
		const rows = [...rowsOf(old, change.old), ...rowsOf(current, change.current)];
		return [
			`  ${change.places.join("; ")}`,
			`    from ${listed(change.clients.map((client) => CLIENTS[client]))}, to ${packetsText(change, isVerbose)}`,
			...aligned(rows).map((line) => `    ${line}`),
		];
	});
}

/** Where the packets go, each address once. */
function packetsText({ differences }: ModeChange, isVerbose: boolean): string {
	const packets = [...new Set(differences.map(destination))];
	return isVerbose ? packets.join(", ") : list(packets);
}

function destination({ probe: { packet } }: ModeDifference): string {
	return `${hostPort(packet.to, packet.port)}/${packet.protocol}`;
}

function rowsOf(mode: string, texts: readonly string[]): readonly (readonly string[])[] {
	return texts.map((text, index) => [index === 0 ? mode : "", text]);
}
