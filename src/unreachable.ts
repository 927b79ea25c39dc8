/** Ends a `switch` over a closed union: a kind that nobody handles does not compile. Throws when reached all the same. */
export function unreachable(value: never): never {
	throw new Error(`internal error: unhandled case ${JSON.stringify(value)}`);
}
