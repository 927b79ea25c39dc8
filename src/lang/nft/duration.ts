const UNITS = [
	["d", 86400],
	["h", 3600],
	["m", 60],
	["s", 1],
] as const;

/** Seconds as nft shows them: `3h`, `1m30s`, `1d1h1m1s`. */
export function printDuration(seconds: number): string {
	let rest = seconds;
	let text = "";
	for (const [unit, length] of UNITS) {
		const count = Math.floor(rest / length);
		if (count > 0) text += `${count}${unit}`;
		rest -= count * length;
	}
	return text === "" ? "0s" : text;
}

/** Whole seconds of `10800s`, `3h` or `1d1h1m1s`; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
	if (!/^(?:\d{1,9}[dhms])+$/.test(text)) return undefined;
	const parts = [...text.matchAll(/(\d+)([dhms])/g)];
	const length = new Map<string, number>(UNITS);
	return parts.reduce((sum, [, count, unit = ""]) => sum + Number(count) * (length.get(unit) ?? 0), 0);
}
