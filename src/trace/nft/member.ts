import { contains, parseCIDR } from "../../net/cidr.ts";
import { type IP, parseIP } from "../../net/ip.ts";
import { bytesOfIP } from "../../net/ip-bytes.ts";

/**
 * Whether a value that a packet has is what a text of a rule or an element means: a single value, a network, a range, or
 * names with a `*` behind them.
 *
 * @param value an address (canonical), a decimal number, or a name
 * @returns undefined: nobody can tell
 */
export function isMember(value: string, text: string): boolean | undefined {
	if (text === value) return true;
	const ip = /[.:]/.test(value) ? parseIP(value) : undefined;
	if (ip !== undefined) return isInAddresses(ip, text);
	if (/^\d+$/.test(value)) return isInNumbers(Number(value), text);
	return text.endsWith("*") && value.startsWith(text.slice(0, -1));
}

function isInAddresses(ip: IP, text: string): boolean | undefined {
	if (text.includes("/")) {
		const network = parseCIDR(text);
		return network === undefined ? undefined : contains(network, ip);
	}
	const [first = "", last] = text.split("-");
	const [low, high] = [parseIP(first), parseIP(last ?? first)];
	if (low === undefined || high === undefined) return undefined;
	return !isLess(ip, low) && !isLess(high, ip);
}

function isLess(one: IP, other: IP): boolean {
	return sortable(one) < sortable(other);
}

/** A text that sorts as the address does. */
function sortable(ip: IP): string {
	return String.fromCharCode(...bytesOfIP(ip));
}

function isInNumbers(value: number, text: string): boolean | undefined {
	const [, low = "", high = low] = /^(\d+)(?:-(\d+))?$/.exec(text) ?? [];
	return low === "" ? undefined : value >= Number(low) && value <= Number(high);
}

/** How many numbers below a limit a text means: `3`, `0-4`; undefined: it is none. */
export function numbersIn(text: string, limit: number): number | undefined {
	const [, first = "", last = first] = /^(\d+)(?:-(\d+))?$/.exec(text) ?? [];
	if (first === "") return undefined;
	return Math.max(0, Math.min(Number(last), limit - 1) - Number(first) + 1);
}
