import { isPassing } from "../lang/iptables/passing.ts";
import type { Target } from "../lang/iptables/ruleset.ts";
import { parseIP } from "../net/ip.ts";
import { accept, doubt, type Effect, masquerade, redirect, translate } from "./effect.ts";
import type { Flow, Journey } from "./flow.ts";
import type { Act } from "./outcome.ts";
import type { Hook } from "./packet.ts";

/** Does what the target of a rule says. */
export function applyTarget(target: Target | undefined, flow: Flow, journey: Journey, hook: Hook): Effect {
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
			return masquerade(flow, journey);
		case "reject":
			return { kind: "end", flow, end: { kind: "reject", error: target.with } };
		case "unknown":
			return (
				applyForeign(target.words, flow, journey, hook) ??
				doubt(flow, `nobody here knows what ${target.words.join(" ")} does`)
			);
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

/** What a rule does, for those who do not know its language. */
export function actOf(target: Target | undefined): Act {
	if (target === undefined) return { kind: "continue" };
	switch (target.kind) {
		case "jump":
		case "goto":
			return { kind: target.kind, chain: target.chain };
		case "dnat":
			return { kind: "dnat", to: target.to };
		case "unknown": {
			const [name, option, to] = target.words;
			return name === "SNAT" && option === "--to-source" && to !== undefined ? { kind: "snat", to } : { kind: "other" };
		}
		default:
			return { kind: target.kind };
	}
}

/** Targets of other people's rules that can be followed; undefined: not this one. */
function applyForeign(
	[name = "", ...options]: readonly string[],
	flow: Flow,
	journey: Journey,
	hook: Hook,
): Effect | undefined {
	const [option = "", value = ""] = options;
	if (name === "SNAT" && option === "--to-source") {
		const from = parseIP(value);
		return from === undefined || options.length > 2 ? undefined : accept({ ...flow, from });
	}
	if (name === "REDIRECT") {
		const port =
			option === "" ? flow.port : option === "--to-ports" && /^\d{1,5}$/.test(value) ? Number(value) : undefined;
		if (port === undefined || options.length > 2) return undefined;
		return redirect(flow, port, journey, hook);
	}
	return name === "CONNMARK" ? setConnmark(options, flow) : undefined;
}

/** A connection's mark is 0 when it begins. */
function setConnmark(options: readonly string[], flow: Flow): Effect | undefined {
	const [option = "", ...rest] = options;
	const { mark, connmark } = flow;
	if (option === "--set-xmark") {
		const [value = Number.NaN, mask = 0xffffffff] = (rest[0] ?? "").split("/").map(Number);
		if (Number.isNaN(value) || Number.isNaN(mask)) return undefined;
		return { kind: "continue", flow: { ...flow, connmark: ((connmark & ~mask) ^ value) >>> 0 } };
	}
	const [nfmask, ctmask] = [maskIn(rest, "--nfmask"), maskIn(rest, "--ctmask")];
	if (option === "--restore-mark") {
		return { kind: "continue", flow: { ...flow, mark: ((mark & ~nfmask) ^ (connmark & ctmask)) >>> 0 } };
	}
	if (option === "--save-mark") {
		return { kind: "continue", flow: { ...flow, connmark: ((connmark & ~ctmask) ^ (mark & nfmask)) >>> 0 } };
	}
	return undefined;
}

/** `--mask` stands for both. */
function maskIn(options: readonly string[], name: string): number {
	const at = options.findIndex((word) => word === name || word === "--mask");
	return at === -1 ? 0xffffffff : Number(options[at + 1]) >>> 0;
}
