import type { Verdict } from "../../lang/nft/statement.ts";
import { hostPort } from "../../net/ip.ts";
import { unreachable } from "../../unreachable.ts";
import type { Reaction } from "../chain.ts";
import { accept, doubt, type Effect, masquerade, redirect, translate } from "../effect.ts";
import type { Flow, Journey } from "../flow.ts";
import type { Place } from "../packet.ts";
import type { Followed } from "./foreign.ts";
import { rejectionOf } from "./reject.ts";

/** What happens when a rule that matched does something. */
export type Done = Pick<Reaction & { readonly kind: "acts" }, "action" | "act" | "effect">;

/** Does what a statement says that ends a rule, whatever it is. */
export function done(statement: Followed, flow: Flow, journey: Journey, { hook }: Place): Done {
	switch (statement.kind) {
		case "verdict":
			return obeyed(statement.verdict, flow);
		case "dnat":
			return destined(statement.to, flow);
		case "redirect": {
			const effect = redirect(flow, statement.port ?? flow.port, journey, hook);
			const to = effect === undefined ? "" : hostPort(effect.flow.to, effect.flow.port);
			return effect === undefined
				? notFollowed("redirect", flow)
				: { action: "redirect", act: { kind: "dnat", to }, effect };
		}
		case "snat":
			return {
				action: `snat ${statement.to}`,
				act: { kind: "snat", to: statement.to },
				effect: accept({ ...flow, from: statement.to }),
			};
		case "masquerade":
			return { action: "masquerade", act: { kind: "masquerade" }, effect: masquerade(flow, journey) };
		case "reject": {
			const error = rejectionOf(statement.with, flow);
			return {
				action: "reject",
				act: { kind: "reject" },
				effect: { kind: "end", flow, end: { kind: "reject", error } },
			};
		}
		case "unknown":
			return notFollowed(statement.text, flow);
		default:
			return notFollowed(statement.kind, flow);
	}
}

function notFollowed(text: string, flow: Flow): Done {
	return { action: text, act: { kind: "other" }, effect: doubt(flow, `nobody here knows what ${text} does`) };
}

/** A new destination, as `ip:port` or an address alone. */
export function destined(to: string, flow: Flow): Done {
	return { action: `dnat ${to}`, act: { kind: "dnat", to }, effect: translate(flow, to) };
}

/** Goes where a verdict says. */
export function obeyed(verdict: Verdict, flow: Flow): Done {
	switch (verdict.kind) {
		case "jump":
		case "goto": {
			const { kind, chain } = verdict;
			const effect: Effect = { kind: "call", chain, isGoto: kind === "goto", flow };
			return { action: `${kind} ${chain}`, act: { kind, chain }, effect };
		}
		case "return":
		case "continue":
			return { action: verdict.kind, act: { kind: verdict.kind }, effect: { kind: verdict.kind, flow } };
		case "accept":
		case "drop":
			return {
				action: verdict.kind,
				act: { kind: verdict.kind },
				effect: { kind: "end", flow, end: { kind: verdict.kind } },
			};
		default:
			return unreachable(verdict);
	}
}
