import type { RuleContext } from "./parse-context.ts";
import { protocolOf } from "./parse-match.ts";
import type { AddressMatch, Rule } from "./ruleset.ts";

/** The protocol that `-p` names; undefined for all. */
export function parseProtocol(word: string, isNegated: boolean): Rule["protocol"] {
	const protocol = protocolOf(word);
	if (protocol !== undefined) return isNegated ? { name: protocol, isNegated } : protocol;
	const name = word.toLowerCase();
	if (name !== word) return parseProtocol(name, isNegated);
	return !isNegated && (name === "all" || name === "0") ? undefined : { name, isNegated };
}

/** iptables-save writes the length of a single address, kube-proxy does not: without it, both are the same data. */
export function parseAddress(
	text: string,
	isNegated: boolean,
	dialect: RuleContext["dialect"],
): AddressMatch | undefined {
	const slash = text.indexOf("/");
	const address = slash < 0 ? text : text.slice(0, slash);
	if (!/^[\d.]+$|^[\da-fA-F]*:[\da-fA-F:.]*$/.test(address)) return undefined;
	if (slash < 0) return { address, prefixLength: undefined, isNegated };
	const bits = address.includes(":") ? 128 : 32;
	const length = text.slice(slash + 1);
	const prefixLength = /^\d{1,3}$/.test(length) ? Number(length) : lengthOfMask(length);
	if (prefixLength === undefined || prefixLength > bits) return undefined;
	const isHost = dialect === "save" && prefixLength === bits;
	return { address, prefixLength: isHost ? undefined : prefixLength, isNegated };
}

/** `255.255.0.0` as 16; undefined when it is no mask of leading ones. */
function lengthOfMask(text: string): number | undefined {
	const octets = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1).map(Number);
	if (octets === undefined || octets.some((octet) => octet > 255)) return undefined;
	const bits = octets.map((octet) => octet.toString(2).padStart(8, "0")).join("");
	return /^1*0*$/.test(bits) ? bits.lastIndexOf("1") + 1 : undefined;
}
