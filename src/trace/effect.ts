import { parseIP } from "../net/ip.ts";
import type { Flow, Journey } from "./flow.ts";
import type { Hook } from "./packet.ts";

/** How a packet leaves the rules of a table. */
export type End =
	| { readonly kind: "accept" | "drop" | "return" }
	| { readonly kind: "reject"; readonly error: string | undefined }
	/** Nobody can tell what happens, and why. */
	| { readonly kind: "doubt"; readonly reason: string };

/** What a rule that matched does: goes on to the next rule, back or to another chain, or ends the way. */
export type Effect =
	| { readonly kind: "continue" | "return"; readonly flow: Flow }
	| { readonly kind: "call"; readonly chain: string; readonly isGoto: boolean; readonly flow: Flow }
	| { readonly kind: "end"; readonly flow: Flow; readonly end: End };

/** Nobody can tell what a rule does. */
export function doubt(flow: Flow, reason: string): Effect {
	return { kind: "end", flow, end: { kind: "doubt", reason } };
}

/** What translates addresses lets the packet pass, too. */
export function accept(flow: Flow): Effect {
	return { kind: "end", flow, end: { kind: "accept" } };
}

/** The destination becomes what a text says: `ip:port`, `[ip]:port`, an address alone, or `:port`. */
export function translate(flow: Flow, text: string): Effect {
	if (/^:\d{1,5}$/.test(text)) return accept({ ...flow, port: Number(text.slice(1)), isTranslated: true });
	const [, v6, v4, port] = /^(?:\[([^\]]+)\]|([\d.]+))(?::(\d{1,5}))?$/.exec(text) ?? [];
	const to = parseIP(v6 ?? v4 ?? text);
	const number = port === undefined ? flow.port : Number(port);
	if (to === undefined || number > 65535) return doubt(flow, `DNAT to ${text}: not one address with at most one port`);
	return accept({ ...flow, to, port: number, isTranslated: true });
}

/** The source becomes the address of the interface by which the packet leaves, as far as that is known. */
export function masquerade(flow: Flow, { sourceFor, node }: Journey): Effect {
	const from = sourceFor(flow.to);
	if (from !== undefined) return accept({ ...flow, isMasqueraded: true, from });
	if (node.ips.length === 0)
		return doubt(flow, "it is masqueraded, and no address of the node is known; give --node-ip");
	return accept({ ...flow, isMasqueraded: true });
}

/** To the first address of the interface by which it came in; what the node sends itself goes to loopback. */
export function redirect(flow: Flow, port: number, { ownIP }: Journey, hook: Hook): Effect | undefined {
	const loopback = flow.to.includes(":") ? "::1" : "127.0.0.1";
	const to = hook === "OUTPUT" ? loopback : ownIP;
	return to === undefined ? undefined : accept({ ...flow, to, port, isTranslated: true });
}
