import type { ModeDifference } from "../compare-modes.ts";
import { groupChanges, type ModeChange } from "../mode-changes.ts";
import type { ModeSwitch } from "./print-modes.ts";

/** What changes for clients between two modes, as plain JSON data. Documented in docs/json.md. */
export function describeModeComparison({ node, modes, comparison }: ModeSwitch): unknown {
	const { probes, services, differences } = comparison;
	const groups = groupChanges(differences);
	return {
		node,
		modes,
		packets: probes,
		services: services.size,
		servicesChanged: new Set(groups.flatMap((group) => group.services)).size,
		equal: differences.length === 0,
		groups: groups.map((group) => ({
			services: group.services,
			changes: group.changes.map((change) => describeChange(change, modes)),
		})),
	};
}

function describeChange({ places, clients, old, current, differences }: ModeChange, modes: ModeSwitch["modes"]) {
	return {
		places,
		clients,
		[modes[0]]: old,
		[modes[1]]: current,
		packets: differences.map((one) => describeDifference(one, modes)),
	};
}

function describeDifference({ probe, differences }: ModeDifference, [old, current]: ModeSwitch["modes"]): unknown {
	const { from, to, port, protocol } = probe.packet;
	return {
		servicePort: probe.servicePort?.name,
		place: probe.place,
		client: probe.client,
		packet: { from, to, port, protocol },
		affinity: probe.affinity,
		differences: differences.map((one) => ({ kind: one.kind, [old]: one.old, [current]: one.current })),
	};
}
