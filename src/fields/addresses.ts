import { type CIDR, parseCIDR } from "../net/cidr.ts";
import { familyOf, type IP, parseIP } from "../net/ip.ts";
import { problems } from "../problem.ts";
import { type Fields, listField, placeOf, reject, report, type Scope } from "./fields.ts";

/** Parses one address; reports one that is odd. Undefined, with a problem, when it is none. */
export function readIP(scope: Scope, value: string, prefix: string, key: string): IP | undefined {
	const ip = parseIP(value);
	if (ip === undefined) {
		report(scope, problems.ADDRESS_SYNTAX(placeOf(scope, prefix, key), value));
	} else if (ip !== value && familyOf(ip) === "ipv4") {
		report(scope, problems.ADDRESS_NOT_CANONICAL(placeOf(scope, prefix, key), ip, value));
	}
	return ip;
}

/** A list of addresses; an entry that is none is left out and reported, as kube-proxy logs it and goes on. */
export function ipListField(scope: Scope, record: Fields, key: string, prefix: string): readonly IP[] {
	return textsOf(scope, record, key, prefix).flatMap(({ text, entry }) => readIP(scope, text, prefix, entry) ?? []);
}

/** A list of CIDRs, blanks around them ignored; an entry that is none is left out and reported. */
export function cidrListField(scope: Scope, record: Fields, key: string, prefix: string): readonly CIDR[] {
	return textsOf(scope, record, key, prefix).flatMap(({ text, entry }) => {
		const cidr = parseCIDR(text.trim());
		if (cidr === undefined) report(scope, problems.CIDR_SYNTAX(placeOf(scope, prefix, entry), text));
		return cidr ?? [];
	});
}

/** The texts of a list; anything else in the list breaks the object. */
export function textListField(scope: Scope, record: Fields, key: string, prefix: string): readonly string[] {
	const list = listField(scope, record, key, prefix);
	// Most lists of a snapshot are the addresses of endpoints, and have nothing to report.
	return list.every(isText) ? list : textsOf(scope, record, key, prefix).map(({ text }) => text);
}

function isText(value: unknown): value is string {
	return typeof value === "string";
}

/** The texts of a list with the key of each (`externalIPs[1]`); anything else in the list breaks the object. */
export function textsOf(scope: Scope, record: Fields, key: string, prefix: string): readonly EntryText[] {
	const texts: EntryText[] = [];
	for (const [index, value] of listField(scope, record, key, prefix).entries()) {
		const entry = `${key}[${index}]`;
		if (isText(value)) texts.push({ text: value, entry });
		else reject(scope, problems.FIELD_TYPE(placeOf(scope, prefix, entry), "text", value));
	}
	return texts;
}

/** One text of a list. */
export interface EntryText {
	readonly text: string;
	/** `externalIPs[1]` */
	readonly entry: string;
}
