import { isPassing } from "../lang/iptables/passing.ts";
import type { Target } from "../lang/iptables/ruleset.ts";
import type { Flow, Journey } from "./flow.ts";

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

/** Does what the target of a rule says. */
export function applyTarget(target: Target | undefined, flow: Flow, journey: Journey): Effect {
	if (target === undefined || isPassing(target)) return { kind: "continue", flow };
	switch (target.kind) {
		case "return":
			return { kind: "return", flow };
		case "mark":
			return { kind: "continue", flow: { ...flow, mark: ((flow.mark & ~target.mask) ^ target.value) >>> 0 } };
		case "jump":
		case "goto":
			return { kind: "call", chain: target.chain, isGoto: target.kind === "goto", flow };
		case "dnat":
			return translate(flow, target.to);
		case "masquerade":
			return {
				kind: "end",
				flow: { ...flow, isMasqueraded: true, from: maskOf(flow, journey) },
				end: { kind: "accept" },
			};
		case "reject":
			return { kind: "end", flow, end: { kind: "reject", error: target.with } };
		case "unknown":
			return doubt(flow, `nobody here knows what ${target.words.join(" ")} does`);
		default:
			return { kind: "end", flow, end: { kind: target.kind } };
	}
}

/** Whether a target has no effect on the packet's way, nor on what later rules see of it. */
export function isWithoutEffect(target: Target | undefined): boolean {
	return target === undefined || isPassing(target);
}

/** What a rule does, in a few words: `jump KUBE-SERVICES`, `dnat 10.244.1.5:8080`, `continue`. */
export function actionOf(target: Target | undefined): string {
	if (target === undefined) return "continue";
	switch (target.kind) {
		case "jump":
		case "goto":
			return `${target.kind} ${target.chain}`;
		case "dnat":
			return `dnat ${target.to}`;
		case "unknown":
			return target.words.join(" ");
		default:
			return target.kind;
	}
}

function doubt(flow: Flow, reason: string): Effect {
	return { kind: "end", flow, end: { kind: "doubt", reason } };
}

function translate(flow: Flow, text: string): Effect {
	const [, v6, v4, port] = /^(?:\[([^\]]+)\]|([\d.]+))(?::(\d+))?$/.exec(text) ?? [];
	const to = v6 ?? v4 ?? text;
	const next = { ...flow, to, port: port === undefined ? flow.port : Number(port), isTranslated: true };
	return { kind: "end", flow: next, end: { kind: "accept" } };
}

/** The address of the interface by which the packet leaves, as far as that is known. */
function maskOf({ to, from }: Flow, { sourceFor }: Journey): string {
	return sourceFor(to) ?? from;
}
