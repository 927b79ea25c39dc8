/** One instruction of a Dockerfile. */
export interface Instruction {
	/** `RUN`. */
	readonly name: string;
	/** `--from=build` without the dashes, by name. */
	readonly flags: Readonly<Record<string, string>>;
	/** The rest of the line, continued lines joined. */
	readonly text: string;
}

/** What begins with FROM. */
export interface Stage {
	/** `debian:bookworm-slim`. */
	readonly image: string;
	/** What follows AS; empty: it has no name. */
	readonly name: string;
	readonly instructions: readonly Instruction[];
}

const KNOWN = ["FROM", "WORKDIR", "COPY", "RUN", "ENTRYPOINT"];

/** The stages of a Dockerfile. Throws on what is not understood: an instruction, or one before FROM. */
export function parseDockerfile(text: string): readonly Stage[] {
	const lines = text
		.split("\n")
		.filter((line) => !/^\s*#/.test(line))
		.join("\n")
		.replaceAll(/\\\n/g, " ")
		.split("\n")
		.filter((line) => line.trim() !== "");
	const stages: { image: string; name: string; instructions: Instruction[] }[] = [];
	for (const line of lines) {
		const instruction = parseInstruction(line);
		const last = stages.at(-1);
		if (instruction.name === "FROM") {
			const [, image = "", name = ""] = /^(\S+)(?: AS (\S+))?$/.exec(instruction.text) ?? [];
			stages.push({ image, name, instructions: [] });
		} else if (last === undefined) {
			throw new Error(`before FROM: ${line}`);
		} else {
			last.instructions.push(instruction);
		}
	}
	return stages;
}

function parseInstruction(line: string): Instruction {
	const [, name = "", flags = "", text = ""] = /^([A-Z]+)((?: --\w+=\S+)*) +(.+)$/.exec(line) ?? [];
	if (!KNOWN.includes(name)) throw new Error(`not an instruction that is known: ${line}`);
	const pairs = [...flags.matchAll(/--(\w+)=(\S+)/g)].map(([, flag = "", value = ""]) => [flag, value] as const);
	return { name, flags: Object.fromEntries(pairs), text: text.trim() };
}

/** Words of COPY: sources, and the last one where they go. */
export function copied({ text }: Instruction): { readonly sources: readonly string[]; readonly target: string } {
	const words = text.split(/\s+/);
	return { sources: words.slice(0, -1), target: words.at(-1) ?? "" };
}

/** The words of an instruction in JSON, like ENTRYPOINT. */
export function wordsOf({ text }: Instruction): readonly string[] {
	const words: unknown = JSON.parse(text);
	if (!Array.isArray(words)) throw new Error(`expected a list, found ${text}`);
	return words.map(String);
}
