/** `33.3 %`: three digits are enough for people. */
export function percent(part: number): string {
	if (part > 0 && part < 0.00001) return "less than 0.001 %";
	return `${Number((part * 100).toPrecision(3))} %`;
}
