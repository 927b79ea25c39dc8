const MOST = 8;

/** Some words of a list, and how many more there are. */
export function list(words: readonly string[]): string {
	const more = words.length - MOST;
	return words.slice(0, MOST).join(", ") + (more > 0 ? ` and ${more} more` : "");
}

/** A part of 1 in percent, without decimals unless it is small. */
export function percent(part: number): string {
	const value = part * 100;
	return `${value >= 1 || value === 0 ? Math.round(value) : value.toPrecision(1)} %`;
}

/** `1 endpoint`, `2 endpoints`. */
export function plural(count: number, noun: string): string {
	return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
