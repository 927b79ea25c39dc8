/**
 * An option that can be given several times, one value each. Not yargs' arrays: those take every word that follows, and
 * do not take `-`.
 */
export const REPEATABLE = {
	type: "string",
	requiresArg: true,
	coerce: (value: unknown): readonly string[] | undefined =>
		value === undefined ? undefined : [value].flat().map(String),
} as const;
