import { type NodeTexts, textOf } from "./ipvs-diff-states.ts";

/** Numbers from 0 up to 1, the same for the same seed (mulberry32). */
export function randomNumbers(seed: number): () => number {
	let state = seed;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
	};
}

/** One of the values; throws when there is none. */
export function pick<T>(values: readonly T[], random: () => number): T {
	const value = values[Math.floor(random() * values.length)];
	if (value === undefined) throw new Error("there is nothing to pick from");
	return value;
}

/** The values in another order. */
export function shuffled<T>(values: readonly T[], random: () => number): readonly T[] {
	return values
		.map((value) => ({ value, key: random() }))
		.sort((a, b) => a.key - b.key)
		.map(({ value }) => value);
}

/** The texts of a node with everything in another order that has none: the kernel's hashes give any. */
export function shuffledTexts(texts: NodeTexts, random: () => number): NodeTexts {
	const sets = linesOf(textOf(texts, "ipset.txt"));
	const isCreate = (line: string): boolean => line.startsWith("create ");
	const servers = textOf(texts, "ipvsadm.txt").split(/^(?=-A )/m);
	return {
		...texts,
		"ipset.txt": joined([
			...shuffled(sets.filter(isCreate), random),
			...shuffled(
				sets.filter((line) => !isCreate(line)),
				random,
			),
		]),
		"ipvsadm.txt": shuffled(servers, random)
			.map((block) => shuffledServer(block, random))
			.join(""),
		"kube-ipvs0.txt": joined(shuffled(linesOf(textOf(texts, "kube-ipvs0.txt")), random)),
		"save.v4.txt": shuffledRules(textOf(texts, "save.v4.txt"), random),
		"save.v6.txt": shuffledRules(textOf(texts, "save.v6.txt"), random),
	};
}

function shuffledServer(block: string, random: () => number): string {
	const [server = "", ...realServers] = linesOf(block);
	return server === "" ? "" : joined([server, ...shuffled(realServers, random)]);
}

/** Tables, declarations and chains in another order; what stands in a chain keeps its own. */
function shuffledRules(text: string, random: () => number): string {
	const tables = text.split(/(?<=^COMMIT\n)/m).filter((table) => table.includes("*"));
	return shuffled(tables, random)
		.map((table) => {
			const lines = linesOf(table).filter((line) => !line.startsWith("#"));
			const chains = new Map<string, string[]>();
			for (const line of lines.filter((one) => one.startsWith("-A "))) {
				const chain = line.split(" ")[1] ?? "";
				chains.set(chain, [...(chains.get(chain) ?? []), line]);
			}
			const declared = lines.filter((line) => line.startsWith(":"));
			const rules = shuffled([...chains.values()], random).flat();
			return joined([lines[0] ?? "", ...shuffled(declared, random), ...rules, "COMMIT"]);
		})
		.join("");
}

function linesOf(text: string): readonly string[] {
	return text.split("\n").filter((line) => line !== "");
}

function joined(lines: readonly string[]): string {
	return lines.map((line) => `${line}\n`).join("");
}
