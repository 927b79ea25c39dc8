import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { diagramOf } from "../../src/trace/print/diagram.ts";
import { printDot } from "../../src/trace/print/print-dot.ts";
import { printMermaid } from "../../src/trace/print/print-mermaid.ts";
import { dumpWithEndpoints, packetOf, type Traced, tracedInDump, tracedInShop } from "../support/traced.ts";

/** `UPDATE_GOLDEN=1 npx vitest run test/trace/diagram.test.ts` rewrites the pictures. Look at them before you commit. */
const ROOT = fileURLToPath(new URL("../../fixtures/diagrams/", import.meta.url));
const isUpdating = process.env["UPDATE_GOLDEN"] === "1";

const FILTER = "*filter\n:FORWARD DROP [0:0]\n:FOREIGN - [0:0]\n";

const CASES: Readonly<Record<string, () => Traced>> = {
	"cluster-ip": () => tracedInShop(packetOf("10.244.1.9", "10.96.10.20", 80)),
	hairpin: () => tracedInShop(packetOf("10.244.1.5", "10.96.10.20", 80)),
	"from-the-node": () => tracedInShop(packetOf("192.0.2.11", "10.96.10.20", 80)),
	"local-policy": () => tracedInShop(packetOf("198.18.0.77", "203.0.113.10", 80)),
	ipvs: () => tracedInShop(packetOf("198.18.0.77", "10.96.10.20", 80), "ipvs"),
	"no-endpoints": () => tracedInShop(packetOf("10.244.1.9", "10.96.10.50", 80)),
	"no-service": () => tracedInShop(packetOf("198.18.0.77", "192.0.2.11", 22)),
	"many-endpoints": () => tracedInDump(dumpWithEndpoints(259), packetOf("10.244.9.9", "10.96.0.9", 80)),
	"policy-drop": () => tracedInDump(`${FILTER}-A FORWARD -j FOREIGN\nCOMMIT\n`, packetOf("10.1.1.1", "10.2.2.2", 80)),
	"cannot-tell": () =>
		tracedInDump(
			`${FILTER}-A FORWARD -j FOREIGN\n-A FOREIGN -m limit --limit 3/sec -j ACCEPT\nCOMMIT\n`,
			packetOf("10.1.1.1", "10.2.2.2", 80),
		),
};

describe("diagrams of traces", () => {
	it("are not rewritten in CI", () => {
		expect(isUpdating && process.env["CI"] !== undefined).toBe(false);
	});

	it.each(Object.entries(CASES))("%s", (name, trace) => {
		const { packet, outcomes } = trace();
		expectGolden(`${name}.mmd`, printMermaid(packet, outcomes, false));
		expectGolden(`${name}.dot`, printDot(packet, outcomes, false));
	});

	it("draw twelve endpoints and count the rest", () => {
		const { packet, outcomes } = tracedInDump(dumpWithEndpoints(259), packetOf("10.244.9.9", "10.96.0.9", 80));
		const { nodes } = diagramOf(packet, outcomes, false);
		expect(nodes.filter(({ kind }) => kind === "endpoint")).toHaveLength(12);
		expect(nodes.filter(({ kind }) => kind === "more").map(({ lines }) => lines)).toEqual([
			["247 more endpoints, 95.4 %"],
		]);
	});

	it.each([1, 2, 12])("draw all of %i endpoints", (count) => {
		const { packet, outcomes } = tracedInDump(dumpWithEndpoints(count), packetOf("10.244.9.9", "10.96.0.9", 80));
		const { nodes } = diagramOf(packet, outcomes, false);
		const kinds = nodes.map(({ kind }) => kind);
		expect([kinds.filter((kind) => kind === "endpoint").length, kinds.includes("more")]).toEqual([count, false]);
	});

	it("draw all endpoints and all chains when asked to", () => {
		const { packet, outcomes } = tracedInDump(dumpWithEndpoints(259), packetOf("10.244.9.9", "10.96.0.9", 80));
		const { nodes } = diagramOf(packet, outcomes, true);
		expect(nodes.filter(({ kind }) => kind === "endpoint")).toHaveLength(259);
		const shop = tracedInShop(packetOf("10.244.1.9", "10.96.10.20", 80));
		const names = diagramOf(shop.packet, shop.outcomes, true).nodes.map(({ lines }) => lines[0]);
		expect(names).toContain("KUBE-FORWARD");
		expect(diagramOf(shop.packet, shop.outcomes, false).nodes.map(({ lines }) => lines[0])).not.toContain(
			"KUBE-FORWARD",
		);
	});

	it("say which endpoint gets the most first, and keep each", () => {
		const uneven = dumpWithEndpoints(30).replace(/--probability \d\.\d+( -j \S+AAAAU\n)/, "--probability 0.9$1");
		const { packet, outcomes } = tracedInDump(uneven, packetOf("10.244.9.9", "10.96.0.9", 80));
		const { nodes } = diagramOf(packet, outcomes, false);
		const favourite = nodes.filter(({ lines }) => lines.some((line) => line.includes("10.244.0.20:80")));
		expect(favourite.map(({ kind, lines }) => [kind, lines[0]])).toEqual([
			["endpoint", "endpoint 10.244.0.20:80, 30 %"],
		]);
	});

	it.each(Object.entries(CASES))("%s: parts are whole, and every node can be reached", (_, trace) => {
		const { packet, outcomes } = trace();
		for (const isVerbose of [false, true]) {
			const { nodes, edges } = diagramOf(packet, outcomes, isVerbose);
			const reached = new Set(["n0"]);
			for (const { from, to } of edges) if (reached.has(from)) reached.add(to);
			expect([...reached].sort()).toEqual(nodes.map(({ id }) => id).sort());
			expect(nodes.every(({ lines }) => lines.length > 0)).toBe(true);
		}
	});

	it("draw no more than a page of a way through a thousand chains", () => {
		const names = Array.from({ length: 1000 }, (_, index) => `C${index}`);
		const jumps = names.map((name, index) => `-A ${names[index - 1] ?? "FORWARD"} -j ${name}`);
		const dump = `*filter\n:FORWARD ACCEPT [0:0]\n${names.map((name) => `:${name} - [0:0]\n`).join("")}${jumps.join("\n")}\n-A C999 -j DROP\nCOMMIT\n`;
		const { packet, outcomes } = tracedInDump(dump, packetOf("10.1.1.1", "10.2.2.2", 80));
		const { nodes } = diagramOf(packet, outcomes, false);
		expect(nodes).toHaveLength(41);
		expect(nodes.map(({ lines }) => lines[0])).toContain("963 more chains");
		expect(nodes.at(-1)?.kind).toBe("dropped");
	});
});

function expectGolden(file: string, text: string): void {
	if (isUpdating) {
		mkdirSync(ROOT, { recursive: true });
		writeFileSync(join(ROOT, file), text);
	}
	expect(text, file).toBe(readFileSync(join(ROOT, file), "utf8"));
}
