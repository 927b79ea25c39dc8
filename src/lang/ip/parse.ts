import { type IP, parseIP } from "../../net/ip.ts";

/** An address of an interface. */
export interface InterfaceAddress {
	/** Undefined when the text does not say. */
	readonly interface: string | undefined;
	readonly ip: IP;
}

/** What came out of parsing. */
export interface ParsedAddresses {
	readonly addresses: readonly InterfaceAddress[];
	/** Numbers of lines that are not understood, from 1. */
	readonly unknown: readonly number[];
}

/** Parses what `ip -o address` prints, or a list of `address/length`, one a line. Never throws. */
export function parseAddresses(text: string): ParsedAddresses {
	const addresses: InterfaceAddress[] = [];
	const unknown: number[] = [];
	for (const [index, line] of text.split("\n").entries()) {
		if (line.trim() === "" || line.startsWith("#")) continue;
		const [, name, listed] = /^\d+: ([^\s:@]+)(?:[:@]\S*)?\s+inet6? ([^\s/]+)(?:\/\d+)?(?:\s|$)/.exec(line) ?? [];
		const ip = parseIP(listed ?? line.trim().split("/")[0] ?? "");
		if (ip === undefined) unknown.push(index + 1);
		else addresses.push({ interface: name, ip });
	}
	return { addresses, unknown };
}
