import { printCommand } from "../lang/command.ts";
import type { Difference } from "./diff.ts";

/** Comparisons of one node as plain JSON data, families put together. Documented in docs/json.md. */
export function describeDifferences(differences: readonly Difference[]): unknown {
	const isDual = differences.length > 1;
	return {
		equal: differences.every(({ equal }) => equal),
		services: differences.flatMap(({ family, services }) =>
			services.map((service) => ({ ...(isDual ? { ipFamily: family } : {}), ...service })),
		),
		rules: {
			added: differences.flatMap(({ added }) => added.map(({ text }) => text)),
			removed: differences.flatMap(({ removed }) => removed.map(({ text }) => text)),
		},
		chains: differences.flatMap(({ family, chains }) =>
			chains.map(({ table, chain, existence, added, removed, moved }) => ({
				...(isDual ? { ipFamily: family } : {}),
				table,
				chain,
				existence,
				added: added.length,
				removed: removed.length,
				moved: moved.length,
			})),
		),
		conntrack: differences.flatMap(({ conntrack }) => conntrack.map(({ command }) => printCommand(command))),
		findings: differences.flatMap(({ findings }) => findings),
	};
}
