import { verdictOf } from "./parse-rule.ts";
import type { Element } from "./table.ts";
import { unquoted } from "./tokens.ts";

/** An element from its words: `10.96.0.1 . tcp . 443 comment "…" : goto CHAIN`. Undefined when there is no key. */
export function elementOf(words: readonly string[]): Element | undefined {
	const colon = words.indexOf(":");
	const before = colon === -1 ? words : words.slice(0, colon);
	const commentAt = before.findIndex((word, index) => word === "comment" && /^".*"$/.test(before[index + 1] ?? ""));
	const comment = commentAt === -1 ? undefined : unquoted(before[commentAt + 1] ?? "");
	const described =
		commentAt === -1 ? before : before.filter((_, index) => index !== commentAt && index !== commentAt + 1);
	const key = keyOf(described);
	if (key.length === 0) return undefined;
	const options = described.slice(key.length * 2 - 1);
	return { key, options, comment, value: valueOfEntry(colon === -1 ? [] : words.slice(colon + 1)), origin: undefined };
}

/** Parts of a key have a point between them. */
function keyOf(words: readonly string[]): readonly string[] {
	const key: string[] = [];
	for (let at = 0; at < words.length; at += 2) {
		key.push(words[at] ?? "");
		if (words[at + 1] !== ".") break;
	}
	return key;
}

function valueOfEntry(words: readonly string[]): Element["value"] {
	return words.length === 0 ? undefined : (verdictOf(words) ?? { kind: "data", words });
}
