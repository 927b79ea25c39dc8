import type { Dialect } from "./dialect.ts";
import { listedIP } from "./members.ts";
import { verdictText } from "./print-rule.ts";
import { quote } from "./quote.ts";
import type { Element } from "./table.ts";

/** An element without braces: `10.96.0.1 . tcp . 443 comment "…" : goto CHAIN`. */
export function elementText(element: Element, dialect: Dialect): string {
	const { key, options, comment, value } = element;
	const shown = dialect === "listing" ? key.map(listedIP) : key;
	let text = [keyText(shown), ...options].join(" ");
	if (comment !== undefined) text += ` comment ${quote(comment)}`;
	if (value === undefined) return text;
	return `${text} : ${value.kind === "data" ? value.words.join(" ") : verdictText(value)}`;
}

/** `10.96.0.1 . tcp . 443`. */
export function keyText(key: Element["key"]): string {
	return key.join(" . ");
}
