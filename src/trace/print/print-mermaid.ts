import type { Outcome } from "../outcome.ts";
import type { Packet } from "../packet.ts";
import { type DiagramNode, diagramOf } from "./diagram.ts";
import type { StopKind } from "./stops.ts";

/**
 * A trace as a flowchart for Mermaid, which GitHub and GitLab draw in Markdown.
 *
 * @param isVerbose every endpoint and every chain. Mermaid refuses to draw more than 500 edges unless it is told otherwise
 */
export function printMermaid(packet: Packet, outcomes: readonly Outcome[], isVerbose: boolean): string {
	const { direction, nodes, edges } = diagramOf(packet, outcomes, isVerbose);
	const used = KINDS.filter((kind) => nodes.some((node) => node.kind === kind));
	const lines = [
		direction === "down" ? "flowchart TD" : "flowchart LR",
		...nodes.map((node) => `\t${node.id}${shape(node)}`),
		...edges.map(({ from, to, lines: label }) => `\t${from} -->${label.length === 0 ? "" : `|${quote(label)}|`} ${to}`),
		...used.map((kind) => `\tclassDef ${kind} ${STYLES[kind]}`),
		...used.map((kind) => `\tclass ${idsOf(nodes, kind)} ${kind}`),
	];
	return `${lines.join("\n")}\n`;
}

function idsOf(nodes: readonly DiagramNode[], kind: StopKind): string {
	return nodes
		.filter((node) => node.kind === kind)
		.map(({ id }) => id)
		.join(",");
}

const STYLES: Readonly<Record<StopKind, string>> = {
	packet: "fill:#dbeafe,stroke:#1d4ed8,color:#000",
	chain: "fill:#f8fafc,stroke:#64748b,color:#000",
	endpoint: "fill:#ede9fe,stroke:#6d28d9,color:#000",
	more: "fill:#ede9fe,stroke:#6d28d9,color:#000,stroke-dasharray:4",
	masquerade: "fill:#fef9c3,stroke:#a16207,color:#000",
	forwarded: "fill:#dcfce7,stroke:#15803d,color:#000",
	delivered: "fill:#dcfce7,stroke:#15803d,color:#000",
	rejected: "fill:#fee2e2,stroke:#b91c1c,color:#000",
	dropped: "fill:#fee2e2,stroke:#b91c1c,color:#000",
	unknown: "fill:#ffedd5,stroke:#c2410c,color:#000",
};

const KINDS = Object.keys(STYLES) as readonly StopKind[];

/** The packet and verdicts are round, what changes it has a double line at its sides, chains are boxes. */
function shape({ kind, lines }: DiagramNode): string {
	const text = quote(lines);
	switch (kind) {
		case "chain":
			return `[${text}]`;
		case "endpoint":
		case "more":
		case "masquerade":
			return `[[${text}]]`;
		default:
			return `([${text}])`;
	}
}

function quote(lines: readonly string[]): string {
	return `"${lines.map(escaped).join("<br/>")}"`;
}

/** Taken literally by Mermaid between quotes, in Markdown and in HTML. */
const UNSAFE = /[^A-Za-z0-9 .,:/()[\]%=+-]/gu;

/**
 * Everything else becomes a character code. Three words mean something to Mermaid even between quotes: it looks for
 * `style` and `classDef` before it reads the text, and makes an icon of `fa:fa-NAME`.
 */
function escaped(line: string): string {
	return line
		.replace(UNSAFE, codeOf)
		.replace(/(?<=fa[a-z]?):(?=fa-)/g, codeOf)
		.replace(/s(?=tyle)|c(?=lassDef)/g, codeOf);
}

function codeOf(character: string): string {
	return `#${character.codePointAt(0)};`;
}
