import type { Expression } from "../../lang/nft/statement.ts";
import { familyOf, type IP } from "../../net/ip.ts";
import { unreachable } from "../../unreachable.ts";
import type { Flow, Journey } from "../flow.ts";
import type { Place } from "../packet.ts";
import { maskedMark } from "./mark.ts";

/** What is asked about. */
export interface Asked {
	readonly flow: Flow;
	readonly journey: Journey;
	readonly place: Place;
}

/**
 * What an expression is of a packet: one text for each part, addresses canonical, numbers decimal. `absent`: the packet has
 * nothing of the kind, so that no test holds, not even a negated one. `unknown`: nobody can tell.
 */
export type Value = readonly string[] | "absent" | "unknown";

/** What an expression is of a packet. What is a matter of chance, or a set of bits, is not for this. */
export function valueFor(expression: Expression, asked: Asked): Value {
	const { flow, journey, place } = asked;
	switch (expression.kind) {
		case "payload":
			return fieldOf(expression, asked);
		case "meta":
			return metaOf(expression.key, asked);
		case "address-type":
			// Of other addresses the rules do not say more than that they are not the node's.
			return journey.isLocal(expression.of === "saddr" ? flow.from : flow.to) ? ["local"] : "unknown";
		case "masked-mark":
			return [String(maskedMark(flow.mark, expression))];
		case "concat":
			return all(expression.parts.map((part) => valueFor(part, asked)));
		case "ct":
			return expression.key === "state" ? [place.isTracked ? "new" : "invalid"] : "unknown";
		case "random":
			return "unknown";
		default:
			return unreachable(expression);
	}
}

/** The source port is not looked at. */
function fieldOf({ header, field }: Expression & { readonly kind: "payload" }, { flow, journey }: Asked): Value {
	const isOfIPv6 = familyOf(flow.to as IP) === "ipv6";
	switch (header) {
		case "ip":
		case "ip6":
			if (isOfIPv6 !== (header === "ip6")) return "absent";
			return [field === "saddr" ? flow.from : flow.to];
		default:
			if (header !== "th" && header !== journey.packet.protocol) return "absent";
			return field === "dport" ? [String(flow.port)] : "unknown";
	}
}

function metaOf(key: (Expression & { readonly kind: "meta" })["key"], { flow, journey, place }: Asked): Value {
	switch (key) {
		case "mark":
			return [String(flow.mark)];
		case "l4proto":
			return [journey.packet.protocol];
		case "iif":
		case "iifname":
			return known(place.inInterface);
		case "oif":
		case "oifname":
			return known(place.outInterface);
		default:
			return unreachable(key);
	}
}

function known(name: string | undefined): Value {
	return name === undefined ? "unknown" : [name];
}

/** What is not there makes the whole key absent, whatever else is not known. */
function all(values: readonly Value[]): Value {
	if (values.includes("absent")) return "absent";
	const parts = values.flatMap((value) => (value === "unknown" || value === "absent" ? [] : value));
	return parts.length === values.length ? parts : "unknown";
}
