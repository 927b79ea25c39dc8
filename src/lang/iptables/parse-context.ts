import type { Dialect } from "./dialect.ts";

/** What a rule is read with. */
export interface RuleContext {
	readonly dialect: Dialect;
	/** Whether the table has a chain of a name. */
	readonly isChain: (name: string) => boolean;
}

/** The options of one `-m`: words as written, from `start` up to `end`. */
export interface Options {
	readonly words: readonly string[];
	readonly start: number;
	readonly end: number;
}
