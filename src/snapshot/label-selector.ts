import type { Fields } from "../fields/fields.ts";
import { isSubdomain } from "../fields/names.ts";
import { type Cursor, cursorOf, type SelectorProblem, unexpected } from "./label-tokens.ts";

/** What labels must be like; all of it has to hold. Empty: any labels will do. */
export type LabelSelector = readonly LabelRequirement[];

/** One part of a selector. */
export type LabelRequirement =
	/** `in` also stands for `=`, `notin` for `!=`. A label that is not there is in no list. */
	| { readonly key: string; readonly operator: "in" | "notin"; readonly values: readonly string[] }
	| { readonly key: string; readonly operator: "exists" | "absent" }
	/** The label is a whole number, and above (`gt`) or below (`lt`) this one. */
	| { readonly key: string; readonly operator: "gt" | "lt"; readonly number: bigint };

const VALUE = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const NAME_IN_WORDS = "1-63 characters of A-Z, a-z, 0-9, -, _ and ., with a letter or digit at both ends";
const LARGEST = 2n ** 63n - 1n;

/**
 * Reads what kubectl takes for `-l`: `a=b`, `a==b`, `a!=b`, `a in (b,c)`, `a notin (b)`, `a`, `!a`, `a>1`, `a<9`, with
 * commas between them.
 */
export function parseLabelSelector(text: string): LabelSelector | SelectorProblem {
	const cursor = cursorOf(text);
	if (cursor.peek().text === "") return [];
	const requirements: LabelRequirement[] = [];
	for (;;) {
		const requirement = readRequirement(cursor);
		if ("message" in requirement) return requirement;
		requirements.push(requirement);
		const token = cursor.take();
		if (token.text === "") return requirements;
		if (token.text !== ",") return unexpected(token, "a comma or the end");
	}
}

/** Whether the labels of an object are as the selector says. Values that are no text are in no list. */
export function matchesLabels(selector: LabelSelector, labels: Fields): boolean {
	return selector.every((requirement) => fits(requirement, labels));
}

function fits(requirement: LabelRequirement, labels: Fields): boolean {
	const { key } = requirement;
	const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
	switch (requirement.operator) {
		case "in":
			return typeof value === "string" && requirement.values.includes(value);
		case "notin":
			return typeof value !== "string" || !requirement.values.includes(value);
		case "exists":
			return value !== undefined;
		case "absent":
			return value === undefined;
		case "gt":
			return isNumber(value) && BigInt(value) > requirement.number;
		case "lt":
			return isNumber(value) && BigInt(value) < requirement.number;
	}
}

function readRequirement(cursor: Cursor): LabelRequirement | SelectorProblem {
	const isAbsent = cursor.peek().text === "!";
	if (isAbsent) cursor.take();
	const token = cursor.take();
	if (!token.isWord) return unexpected(token, isAbsent ? "a label" : "a label or !");
	const key = token.text;
	if (!isLabelKey(key)) return unexpected(token, `a label: ${NAME_IN_WORDS}, perhaps after a DNS name and /`);
	if (isAbsent) return { key, operator: "absent" };
	const sign = cursor.peek();
	if (sign.text === "" || sign.text === ",") return { key, operator: "exists" };
	cursor.take();
	switch (sign.text) {
		case "=":
		case "==":
			return withValues(key, "in", readSingle(cursor));
		case "!=":
			return withValues(key, "notin", readSingle(cursor));
		case "in":
		case "notin":
			return withValues(key, sign.text, readList(cursor));
		case ">":
			return readNumber(key, "gt", cursor);
		case "<":
			return readNumber(key, "lt", cursor);
		default:
			return unexpected(sign, "one of =, ==, !=, in, notin, >, <, a comma or the end");
	}
}

function withValues(
	key: string,
	operator: "in" | "notin",
	values: readonly string[] | SelectorProblem,
): LabelRequirement | SelectorProblem {
	return "message" in values ? values : { key, operator, values };
}

/** The value after a sign; nothing is the empty value. */
function readSingle(cursor: Cursor): readonly string[] | SelectorProblem {
	const value = readValue(cursor);
	return typeof value === "string" ? [value] : value;
}

/** Values in parentheses. Between two commas, and with nothing at all, there is the empty value. */
function readList(cursor: Cursor): readonly string[] | SelectorProblem {
	const opening = cursor.take();
	if (opening.text !== "(") return unexpected(opening, "( and values");
	const values: string[] = [];
	for (;;) {
		const value = readValue(cursor);
		if (typeof value !== "string") return value;
		values.push(value);
		const token = cursor.take();
		if (token.text === ")") return values;
		if (token.text !== ",") return unexpected(token, "a comma or )");
	}
}

function readValue(cursor: Cursor): string | SelectorProblem {
	const token = cursor.peek();
	if (["", ",", ")"].includes(token.text)) return "";
	cursor.take();
	if (!token.isWord || !VALUE.test(token.text)) return unexpected(token, `a value: ${NAME_IN_WORDS}, or nothing`);
	return token.text;
}

function readNumber(key: string, operator: "gt" | "lt", cursor: Cursor): LabelRequirement | SelectorProblem {
	const token = cursor.take();
	if (!isNumber(token.text)) return unexpected(token, `a whole number up to ${LARGEST}`);
	return { key, operator, number: BigInt(token.text) };
}

function isNumber(value: unknown): value is string {
	return typeof value === "string" && /^\d{1,63}$/.test(value) && BigInt(value) <= LARGEST;
}

function isLabelKey(key: string): boolean {
	const slash = key.lastIndexOf("/");
	if (!VALUE.test(key.slice(slash + 1))) return false;
	const prefix = key.slice(0, slash);
	return slash === -1 || (isSubdomain(prefix) && !/[-.]\.|\.-/.test(prefix));
}
