import { resolve } from "node:path";
import yaml from "js-yaml";
import type { Backend, DescribeOptions, Part } from "../../backend/backend.ts";
import { type LabelSelector, matchesLabels } from "../../snapshot/label-selector.ts";
import type { Snapshot } from "../../snapshot/snapshot.ts";
import { Trouble } from "../../trouble.ts";
import { dumpAllNodes } from "../all-nodes.ts";
import { both, labelFilter, type PortFilter, readSelector } from "../arguments/selector-argument.ts";
import { servicePortFilter } from "../arguments/service-argument.ts";
import { type CompileArguments, type Compiled, compile } from "../compile/compile.ts";
import { sayRequirements } from "../output/say-requirements.ts";
import { say, type Voice, writeResult } from "../output/terminal.ts";
import { draftParts, placeDrafts } from "../output/write-parts.ts";

/** Options of `dump` beside those of every command that compiles. */
export interface DumpArguments extends CompileArguments {
	readonly output?: string | undefined;
	readonly outputDir?: string | undefined;
	readonly allNodes?: boolean | undefined;
	readonly namespace?: string | undefined;
}

/** Prints the rules a node would have. */
export async function dump(argv: DumpArguments & Readonly<Record<string, unknown>>, voice: Voice): Promise<void> {
	const format = argv.output ?? "restore";
	const isData = format === "json" || format === "yaml";
	if (argv.outputDir === "") throw new Trouble("--output-dir: expected the name of a folder, got nothing");
	const isNarrowed = (argv.namespace ?? argv.selector) !== undefined && argv.only !== true;
	if (isNarrowed && (!isData || argv.outputDir !== undefined)) {
		const option = argv.namespace === undefined ? "-l" : "-n";
		throw new Trouble(`${option} narrows -o json and -o yaml only, not --output-dir`);
	}
	if (argv.allNodes === true) return dumpAllNodes(argv, voice);
	const selector = readSelector(argv);
	const compiled = await compile(argv, voice);
	await compiled.backend(async (backend) => {
		const rules = compiled.models.map((model) => backend.build(model));
		const isLoaded = format === "restore" || argv.outputDir !== undefined;
		if (isLoaded) sayRequirements(voice, backend, rules);
		if (argv.outputDir !== undefined) placeDrafts(draftParts(resolve(argv.outputDir), backend.parts(rules)));
		else if (isData) {
			const options = { isWanted: wantedPorts(argv, selector, compiled.snapshot, voice) };
			await writeResult(printData(format, describe(compiled, backend, rules, options)));
		} else
			await writeResult(
				printParts(backend.parts(rules), format === "save" ? (part) => part.printer : (part) => part.loader),
			);
	});
}

/** What `-n` and `-l` leave; undefined when neither narrows. */
function wantedPorts(
	{ namespace, selector: text }: DumpArguments,
	selector: LabelSelector | undefined,
	{ services }: Snapshot,
	voice: Voice,
): PortFilter | undefined {
	const byName = servicePortFilter({ namespace });
	if (selector === undefined) return byName;
	if (!services.some(({ labels }) => matchesLabels(selector, labels))) {
		say(voice, "warning", `-l ${JSON.stringify(text)}: no Service in the input has such labels`);
	}
	return both(byName, labelFilter(selector, services));
}

/** One stream: several parts are told apart by a comment line with the tool of each. */
function printParts(parts: readonly Part[], toolOf: (part: Part) => string | undefined): string {
	const chosen = parts.filter((part) => toolOf(part) !== undefined);
	if (chosen.length === 1) return chosen.map((part) => part.print()).join("");
	return chosen.map((part) => `# ${toolOf(part)}\n${part.print()}`).join("");
}

function describe<R>(
	{ models, kubeVersion, config }: Compiled,
	backend: Backend<R>,
	rules: readonly R[],
	options: DescribeOptions,
): unknown {
	return {
		node: models[0]?.node.name,
		proxyMode: config.mode,
		kubeVersion,
		families: rules.map((family) => backend.describe(family, options)),
	};
}

/** YAML goes through JSON, so that both have the same fields. */
function printData(format: "json" | "yaml", value: unknown): string {
	const json = JSON.stringify(value, null, 2);
	return format === "json" ? `${json}\n` : yaml.dump(JSON.parse(json), { lineWidth: -1, noRefs: true });
}
