import type { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";
import { type DiagramNode, diagramOf } from "./diagram.ts";
import type { StopKind } from "./stops.ts";

/**
 * A trace as a graph in the DOT language, for Graphviz: `dot -Tsvg`.
 *
 * @param isVerbose every endpoint and every chain
 */
export function printDot(packet: Packet, outcomes: readonly Outcome[], isVerbose: boolean): string {
	const { direction, nodes, edges } = diagramOf(packet, outcomes, isVerbose);
	const lines = [
		"digraph trace {",
		`\tgraph [charset="UTF-8", rankdir=${direction === "down" ? "TB" : "LR"}]`,
		'\tnode [fontname="sans-serif", fontsize=11, style=filled, shape=box]',
		'\tedge [fontname="sans-serif", fontsize=9]',
		...nodes.map((node) => `\t${node.id} [${attributes(node)}]`),
		...edges.map(
			({ from, to, lines: label }) => `\t${from} -> ${to}${label.length === 0 ? "" : ` [label=${quote(label)}]`}`,
		),
		"}",
	];
	return `${lines.join("\n")}\n`;
}

function attributes({ kind, lines }: DiagramNode): string {
	return `label=${quote(lines)}, ${STYLES[kind]}`;
}

/** The packet and verdicts are round, what changes it has a double line at its sides, chains are boxes. */
const STYLES: Readonly<Record<StopKind, string>> = {
	packet: 'style="filled,rounded", fillcolor="#dbeafe"',
	chain: 'fillcolor="#f8fafc"',
	endpoint: 'peripheries=2, fillcolor="#ede9fe"',
	more: 'peripheries=2, style="filled,dashed", fillcolor="#ede9fe"',
	masquerade: 'peripheries=2, fillcolor="#fef9c3"',
	forwarded: 'style="filled,rounded", fillcolor="#dcfce7"',
	delivered: 'style="filled,rounded", fillcolor="#dcfce7"',
	rejected: 'style="filled,rounded", fillcolor="#fee2e2"',
	dropped: 'style="filled,rounded", fillcolor="#fee2e2"',
	unknown: 'style="filled,rounded", fillcolor="#ffedd5"',
};

function quote(lines: readonly string[]): string {
	return `"${lines.map(escaped).join("\\n")}"`;
}

/** In a quoted text of DOT a backslash starts a command, and `&` an entity of HTML. */
function escaped(line: string): string {
	return line.replaceAll("&", "&amp;").replaceAll("\\", "\\\\").replaceAll('"', '\\"');
}
