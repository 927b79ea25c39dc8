import ipaddr from "ipaddr.js";
import type { IP } from "./ip.ts";

/** Orders addresses as numbers, IPv4 first: `10.0.0.2` comes before `10.0.0.100`, `fd00::9` before `fd00::10`. */
export function compareIPs(one: IP, other: IP): number {
	const [a, b] = [ipaddr.parse(one).toByteArray(), ipaddr.parse(other).toByteArray()];
	if (a.length !== b.length) return a.length - b.length;
	const at = a.findIndex((byte, index) => byte !== b[index]);
	return (a[at] ?? 0) - (b[at] ?? 0);
}
