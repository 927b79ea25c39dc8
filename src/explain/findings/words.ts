import { list } from "../../diff/words.ts";
import type { Endpoint } from "../../model/endpoint.ts";
import { type Family, hostPort } from "../../net/ip.ts";
import type { Protocol } from "../../net/protocol.ts";

/** `ipv4` as people write it. */
export function familyInWords(family: Family): "IPv4" | "IPv6" {
	return family === "ipv4" ? "IPv4" : "IPv6";
}

/** `10.96.0.1:80/tcp`. */
export function address(ip: string, port: number, protocol: Protocol): string {
	return `${hostPort(ip, port)}/${protocol}`;
}

/** Text from the input, safe to print: as it is when it is a plain name, else quoted and escaped. */
export function shown(text: string): string {
	return /^[A-Za-z0-9][A-Za-z0-9._/-]{0,99}$/.test(text) ? text : JSON.stringify(text);
}

/** Different texts in order, the first of them, safe to print. */
export function names(texts: Iterable<string>): string {
	return list([...new Set(texts)].sort().map(shown));
}

/** Addresses of endpoints, the first of them. */
export function endpointList(endpoints: readonly Endpoint[]): string {
	return list(endpoints.map(({ address }) => address));
}

/** `3 hours (10800 s)`; what is no whole number of minutes stays in seconds. */
export function duration(seconds: number): string {
	if (seconds % 3600 === 0) return `${amount(seconds / 3600, "hour")} (${seconds} s)`;
	if (seconds % 60 === 0) return `${amount(seconds / 60, "minute")} (${seconds} s)`;
	return amount(seconds, "second");
}

/** `is` or `are`, `has` or `have`, by how many there are. */
export function verb(count: number, singular: string, plural: string): string {
	return count === 1 ? singular : plural;
}

function amount(count: number, unit: string): string {
	return `${count} ${unit}${count === 1 ? "" : "s"}`;
}
