/** `0x` and at least eight hexadecimal digits: 0x00004000. How kube-proxy writes marks. */
export function longHex(value: number): string {
	return `0x${value.toString(16).padStart(8, "0")}`;
}

/** `0x` and as many hexadecimal digits as needed: 0x4000. How iptables-save writes marks. */
export function shortHex(value: number): string {
	return `0x${value.toString(16)}`;
}

/**
 * A probability with ten decimals, as kube-proxy writes it.
 *
 * Source: spec section 5.1.
 */
export function restoreProbability(probability: number): string {
	return remembered(restoreTexts, probability, () => toFixedHalfEven(probability, 10));
}

/**
 * A probability with eleven decimals, as iptables-save prints what the kernel keeps: the text of kube-proxy, rounded to
 * a multiple of 2⁻³¹.
 *
 * Source: spec section 14.2.
 */
export function saveProbability(probability: number): string {
	return remembered(saveTexts, probability, () => toFixedHalfEven(keptOf(probability) / KERNEL_UNIT, 11));
}

// There are as many probabilities as there are sizes of Services, and most rules of a big cluster have one.
const restoreTexts = new Map<number, string>();
const saveTexts = new Map<number, string>();
const known = new Map<string, number>();
const MOST_KNOWN = 10_000;

function remembered<K, V>(seen: Map<K, V>, key: K, find: () => V): V {
	const earlier = seen.get(key);
	if (earlier !== undefined) return earlier;
	const found = find();
	if (seen.size < MOST_KNOWN) seen.set(key, found);
	return found;
}

/** The kernel keeps probabilities as multiples of 2⁻³¹. */
const KERNEL_UNIT = 2 ** 31;

function keptOf(probability: number): number {
	return Math.round(Number(restoreProbability(probability)) * KERNEL_UNIT);
}

/**
 * The probability that a text of either dialect stands for: 1/n where the kernel would keep the same number for it, else
 * what the kernel keeps. Undefined when the text is no number from 0 to 1.
 */
export function keptProbability(text: string): number | undefined {
	const seen = known.get(text);
	if (seen !== undefined) return seen;
	const given = /^\d*\.?\d+$/.test(text) ? Number(text) : Number.NaN;
	if (!(given >= 0 && given <= 1)) return undefined;
	const kept = Math.round(given * KERNEL_UNIT);
	const share = 1 / Math.round(1 / given);
	const probability = given > 0 && keptOf(share) === kept ? share : kept / KERNEL_UNIT;
	// Its own text: a piece of another one would keep all of that.
	if (known.size < MOST_KNOWN) known.set(` ${text}`.slice(1), probability);
	return probability;
}

/** A mark, hexadecimal or decimal, 32 bits; undefined when it is none. With a zero before it a number is octal. */
export function parseMark(text: string): number | undefined {
	const value = /^(?:0[xX][\da-fA-F]{1,8}|0|[1-9]\d{0,9})$/.test(text) ? Number(text) : Number.NaN;
	return value <= 0xffff_ffff ? value : undefined;
}

/** `VALUE/MASK`, or `VALUE` for a mask of all bits. */
export function parseMarkAndMask(text: string): { readonly value: number; readonly mask: number } | undefined {
	const [first = "", second = "0xffffffff", ...rest] = text.split("/");
	const value = parseMark(first);
	const mask = parseMark(second);
	return rest.length > 0 || value === undefined || mask === undefined ? undefined : { value, mask };
}

/**
 * Like `toFixed`, but a number exactly in the middle goes to the even digit, as in C and Go: 1/2048 is 0.0004882812.
 * Only a multiple of 2^-(digits + 1) can be exactly in the middle.
 */
function toFixedHalfEven(value: number, digits: number): string {
	const exact = value.toFixed(digits + 1);
	const isTie = exact.endsWith("5") && Number.isInteger(value * 2 ** (digits + 1));
	const isEvenBelow = "02468".includes(exact.charAt(exact.length - 2));
	return isTie && isEvenBelow ? exact.slice(0, -1) : value.toFixed(digits);
}
