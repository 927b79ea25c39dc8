import { aligned } from "../../trace/print/aligned.ts";
import { fateTexts } from "../../trace/print/print-tables.ts";
import type { ModeComparison } from "../compare-modes.ts";
import { probeText } from "../probes.ts";

/** What changes for clients between two modes, for people: by service port, each kind of packet that fares otherwise. */
export function printModeComparison({ modes, probes, differences }: ModeComparison): string {
	const [old, current] = modes;
	const verdict =
		differences.length === 0
			? `Nothing changes for clients from ${old} to ${current}: ${probes} kinds of packets were traced through both.`
			: `${differences.length} of ${probes} kinds of packets fare otherwise with ${current} than with ${old}:`;
	const blocks = differences.map(({ probe, old: before, current: after }, index) => {
		const { name } = probe.servicePort;
		const title = name === differences[index - 1]?.probe.servicePort.name ? [] : [name];
		const rows = [...rowsOf(old, fateTexts(before)), ...rowsOf(current, fateTexts(after))];
		return [...title, `  ${probeText(probe)}`, ...aligned(rows).map((line) => `  ${line}`)].join("\n");
	});
	return `${[verdict, ...blocks].join("\n\n")}\n`;
}

function rowsOf(mode: string, texts: readonly string[]): readonly (readonly string[])[] {
	return texts.map((text, index) => [index === 0 ? mode : "", text]);
}

/** The same as plain JSON data. Documented in docs/json.md. */
export function describeModeComparison({ modes, probes, differences }: ModeComparison): unknown {
	const [old, current] = modes;
	return {
		modes,
		packets: probes,
		equal: differences.length === 0,
		differences: differences.map(({ probe, differences: found }) => {
			const { from, to, port, protocol } = probe.packet;
			return {
				servicePort: probe.servicePort.name,
				frontend: probe.frontend,
				client: probe.client,
				packet: { from, to, port, protocol },
				differences: found.map((one) => ({ kind: one.kind, [old]: one.old, [current]: one.current })),
			};
		}),
	};
}
