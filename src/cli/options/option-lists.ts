import type { Options } from "yargs";
import { applyOnlyOptions, cleanupOnlyOptions, touchOptions } from "./apply-options.ts";
import { diffOnlyOptions, dumpOnlyOptions, explainOnlyOptions, traceOnlyOptions } from "./command-options.ts";
import { onlyOptions } from "./live-options.ts";
import { generalOptions, nodeOptions, PROXY_FLAGS, proxyOptions, stateOptions } from "./options.ts";
import { snapshotOnlyOptions } from "./snapshot-options.ts";

/** Every option there is, of whichever command. Those of one name in several commands are alike but for their choices. */
const ALL: Readonly<Record<string, Options>> = {
	...stateOptions,
	...onlyOptions,
	...nodeOptions,
	...proxyOptions,
	...dumpOnlyOptions,
	...diffOnlyOptions,
	...traceOnlyOptions,
	...explainOnlyOptions,
	...touchOptions,
	...applyOnlyOptions,
	...cleanupOnlyOptions,
	...snapshotOnlyOptions,
	...generalOptions,
};

/** Names of all options. */
export const OPTION_NAMES: readonly string[] = Object.keys(ALL);

/** Names of options that can be given several times, in yargs' two spellings. */
export const REPEATABLE_OPTIONS: readonly string[] = Object.entries(ALL)
	.filter(([name, { coerce }]) => coerce !== undefined || PROXY_FLAGS[name]?.reads === "list")
	.flatMap(([name]) => [name, name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())])
	.concat("_", "operands");

/** Names of options that are true or false. */
export const BOOLEAN_OPTIONS: readonly string[] = Object.entries(ALL)
	.filter(([, { type }]) => type === "boolean")
	.map(([name]) => name);

/** Whether a word is an option whose value is the next word: `-f`, `--node`. */
export function takesValue(word: string): boolean {
	return Object.entries(ALL).some(
		([name, { type, alias }]) => type === "string" && [`--${name}`, `-${alias}`].includes(word),
	);
}
