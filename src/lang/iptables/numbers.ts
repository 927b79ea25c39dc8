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
	return toFixedHalfEven(probability, 10);
}

/**
 * A probability with eleven decimals, as iptables-save prints what the kernel keeps: the text of kube-proxy, rounded to
 * a multiple of 2⁻³¹.
 *
 * Source: spec section 14.2.
 */
export function saveProbability(probability: number): string {
	const kept = Math.round(Number(restoreProbability(probability)) * 2 ** 31);
	return toFixedHalfEven(kept / 2 ** 31, 11);
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
