import DOMPurify from "dompurify";

/** What Mermaid understood of a flowchart. */
export interface Flowchart {
	/** The lines of each node, by its id. */
	readonly nodes: ReadonlyMap<string, readonly string[]>;
	/** `n0 n1`, then the lines of the label. */
	readonly edges: readonly (readonly string[])[];
}

interface FlowDatabase {
	readonly getVertices: () => ReadonlyMap<string, { readonly text: string; readonly labelType: string }>;
	readonly getEdges: () => readonly { readonly start: string; readonly end: string; readonly text: string }[];
}

/** Reads a flowchart with Mermaid itself. Throws what Mermaid throws. */
export async function parseMermaid(text: string): Promise<Flowchart> {
	// Mermaid cleans HTML with the help of a browser, and there is none; what it would clean is compared unclean.
	Object.assign(DOMPurify, { addHook: () => undefined, sanitize: (html: string) => html });
	const { default: mermaid } = await import("mermaid");
	await mermaid.parse(text);
	const { type, db } = await mermaid.mermaidAPI.getDiagramFromText(text);
	if (!type.startsWith("flowchart")) throw new Error(`expected a flowchart, Mermaid takes it for ${type}`);
	const { getVertices, getEdges } = db as unknown as FlowDatabase;
	const vertices = [...getVertices.call(db)];
	if (vertices.some(([, { labelType }]) => labelType === "markdown")) throw new Error("Mermaid takes it for Markdown");
	return {
		nodes: new Map(vertices.map(([id, vertex]) => [id, linesOf(vertex.text)])),
		edges: getEdges.call(db).map(({ start, end, text: label }) => [`${start} ${end}`, ...linesOf(label)]),
	};
}

/** Mermaid keeps codes of characters (`#34;`) as `ﬂ°°34¶ß` until it draws. */
function linesOf(label: string): readonly string[] {
	const lines = label === "" ? [] : label.split("<br/>");
	return lines.map((line) => line.replace(/ﬂ°°(\d+)¶ß/g, (_, code: string) => String.fromCodePoint(Number(code))));
}
