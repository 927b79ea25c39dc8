import { execa } from "execa";
import { missingPrograms } from "./installed.ts";

const PROGRAM = "dot";

/** Why Graphviz cannot be used here; undefined when it can. */
export function graphvizProblem(): string | undefined {
	return missingPrograms([PROGRAM]).length > 0 ? "no dot (Debian package graphviz)" : undefined;
}

/** What Graphviz drew. */
export interface Drawing {
	/** Lines of text, in the order of the picture. */
	readonly texts: readonly string[];
	readonly nodes: number;
	readonly edges: number;
}

/** Draws a graph with Graphviz itself. Throws when it says anything but the picture. */
export async function drawDot(text: string): Promise<Drawing> {
	const { stdout, stderr, exitCode } = await execa(PROGRAM, ["-Tsvg"], { input: text, reject: false });
	if (exitCode !== 0 || stderr !== "") throw new Error(`dot: exit ${exitCode}: ${stderr}`);
	const count = (pattern: RegExp): number => [...stdout.matchAll(pattern)].length;
	return {
		texts: [...stdout.matchAll(/<text [^>]*>([^<]*)<\/text>/g)].map(([, one = ""]) => decoded(one)),
		nodes: count(/class="node"/g),
		edges: count(/class="edge"/g),
	};
}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"' };

function decoded(xml: string): string {
	return xml.replace(/&(?:#(\d+)|(\w+));/g, (whole, code: string | undefined, name = "") =>
		code === undefined ? (ENTITIES[name] ?? whole) : String.fromCodePoint(Number(code)),
	);
}
