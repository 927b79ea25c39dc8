import { type IP, parseIP } from "./ip.ts";
import { isPort } from "./protocol.ts";

/** An address with a port. */
export interface HostPort {
	readonly ip: IP;
	readonly port: number;
}

/** Reads `ip:port`, with brackets around IPv6; undefined when it is something else. */
export function parseHostPort(text: string): HostPort | undefined {
	const [, v6, v4, digits] = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text) ?? [];
	const ip = parseIP(v6 ?? v4 ?? "");
	const port = Number(digits);
	return ip !== undefined && isPort(port) ? { ip, port } : undefined;
}
