import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { diagramOf } from "../../src/trace/print/diagram.ts";
import { printDot } from "../../src/trace/print/print-dot.ts";
import { printMermaid } from "../../src/trace/print/print-mermaid.ts";
import { describeUnless } from "../support/describe-unless.ts";
import { drawDot, graphvizProblem } from "../support/graphviz.ts";
import { parseMermaid } from "../support/mermaid.ts";
import { packetOf, type Traced, tracedInDump } from "../support/traced.ts";

const ROOT = fileURLToPath(new URL("../../fixtures/diagrams/", import.meta.url));

/** Texts that mean something in one of the languages, or to whoever shows them. */
const HOSTILE: readonly string[] = [
	'"',
	'"]; evil[label="x"]',
	'x"] --> evil["y',
	"a-->b",
	"]]",
	"([x])",
	"|x|",
	"#",
	"#quot;",
	"#35;",
	"&quot; &amp; &#34; &lt;b&gt;",
	"ﬂ°°34¶ß",
	"style a:b#c;",
	"classDef x fill:#f00;",
	"style:#quot;more",
	"%%{init: {'theme':'dark'}}%%",
	"%% comment",
	"end",
	"subgraph x",
	"click n0 href javascript:alert(1)",
	"n0:::evil",
	"<script>alert(1)</script>",
	"<br/>",
	"<img src=x onerror=alert(1)>",
	"fa:fa-ban fab:fa-x",
	"`*Markdown* __too__ ~~x~~`",
	"1. one",
	"- one",
	"$$x^2$$",
	'back\\slash \\n \\N \\G \\l \\"',
	"\\",
	"{a|b|<c> d}",
	"/* comment */ // x",
	"Straße 日本語 ünï🦄",
	"'",
	";",
	"a;b",
	"x@{shape: circle}",
	"---\ntitle: x\n---",
	"\ttab",
	"one\ntwo\r\nthree",
	"\u202eright to left\u2066",
	"\u0007\u001b[31mred",
	"\ud800",
];

/** A trace in which a text stands wherever one from outside may: names of chains, comments, words nobody knows. */
function tracedWith(text: string): Traced {
	const { packet, outcomes } = tracedInDump(
		"*filter\n:FORWARD ACCEPT [0:0]\n:NEW - [0:0]\n-A FORWARD -j NEW\n-A NEW -j REJECT\nCOMMIT\n",
		packetOf("10.1.1.1", "10.2.2.2", 80),
	);
	const [outcome] = outcomes;
	if (outcome === undefined) throw new Error("no outcome");
	const steps = outcome.steps.map((step) => ({
		...step,
		chain: step.chain === "NEW" ? text : step.chain,
		rule: step.rule && {
			...step.rule,
			matches: [{ kind: "comment", text } as const],
			target: step.rule.target?.kind === "jump" ? ({ kind: "jump", chain: text } as const) : step.rule.target,
			origin: { subject: text, reason: text, detail: text },
		},
	}));
	const rejected = { ...outcome, steps, probability: 0.5, reject: text };
	return { packet, outcomes: [rejected, { ...rejected, verdict: "unknown", doubt: text }] };
}

describe("Mermaid", () => {
	it.each(readdirSync(ROOT).filter((file) => file.endsWith(".mmd")))("reads %s", async (file) => {
		const text = readFileSync(`${ROOT}${file}`, "utf8");
		const { nodes, edges } = await parseMermaid(text);
		expect(nodes.size).toBe([...text.matchAll(/^\tn\d+[[(]/gm)].length);
		expect(edges.length).toBe([...text.matchAll(/ -->/g)].length);
	});

	it.each(HOSTILE)("takes %j for text", async (hostile) => {
		const { packet, outcomes } = tracedWith(hostile);
		for (const isVerbose of [false, true]) {
			const { nodes, edges } = diagramOf(packet, outcomes, isVerbose);
			const read = await parseMermaid(printMermaid(packet, outcomes, isVerbose));
			expect([...read.nodes]).toEqual(nodes.map(({ id, lines }) => [id, lines]));
			expect(read.edges).toEqual(edges.map(({ from, to, lines }) => [`${from} ${to}`, ...lines]));
		}
	});

	it("is asked in a way that finds mistakes", async () => {
		await expect(parseMermaid('flowchart TD\n\tn0["a"b"]\n')).rejects.toThrow("Parse error");
		await expect(parseMermaid("pie\n")).rejects.toThrow("expected a flowchart");
		await expect(parseMermaid('flowchart TD\n\tn0["`a`"]\n')).rejects.toThrow("Markdown");
	});
});

describeUnless(graphvizProblem(), "Graphviz", () => {
	it.each(readdirSync(ROOT).filter((file) => file.endsWith(".dot")))("draws %s", async (file) => {
		const text = readFileSync(`${ROOT}${file}`, "utf8");
		const { nodes, edges } = await drawDot(text);
		expect([nodes, edges]).toEqual([
			[...text.matchAll(/^\tn\d+ \[/gm)].length,
			[...text.matchAll(/^\tn\d+ -> /gm)].length,
		]);
	});

	it.each(HOSTILE)("takes %j for text", async (hostile) => {
		const { packet, outcomes } = tracedWith(hostile);
		const { nodes, edges } = diagramOf(packet, outcomes, false);
		const drawing = await drawDot(printDot(packet, outcomes, false));
		const lines = [...nodes, ...edges].flatMap((one) => one.lines);
		expect(drawing.texts.map(plain).toSorted()).toEqual(lines.map(plain).toSorted());
		expect([drawing.nodes, drawing.edges]).toEqual([nodes.length, edges.length]);
	});

	it("is asked in a way that finds mistakes", async () => {
		await expect(drawDot('digraph x { n0 [label="a"b"] }')).rejects.toThrow("syntax error");
	});
});

/** Graphviz writes blanks that do not break. */
function plain(text: string): string {
	return text.replaceAll("\u00a0", " ").trim();
}

it("invisible characters are written out", () => {
	const { packet, outcomes } = tracedWith("\u202e\u0007\n");
	for (const text of [printMermaid(packet, outcomes, true), printDot(packet, outcomes, true)]) {
		expect(text).not.toMatch(/[^\P{C}\n\t]/u);
	}
});
