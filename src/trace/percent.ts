/** `33.3 %`: three digits are enough for people. */
export function percent(part: number): string {
	return `${Number((part * 100).toPrecision(3))} %`;
}
