import { isPort } from "../net/protocol.ts";
import { type ObjectRef, type Place, type Problem, problems } from "../problem.ts";

/** A JSON object whose fields nobody has looked at yet. */
export type Fields = Readonly<Record<string, unknown>>;

/**
 * One object being read. Each problem is added to `problems`; `isBroken` says that a field has a value it must not
 * have, so that the object as a whole has to be left out.
 */
export interface Scope {
	readonly object: ObjectRef;
	readonly problems: Problem[];
	isBroken: boolean;
}

/** The place of `record[key]`, for a problem. */
export function placeOf(scope: Scope, prefix: string, key: string): Place {
	return { object: scope.object, path: prefix === "" ? key : `${prefix}.${key}` };
}

/** Reports a problem that leaves the rest of the object usable. */
export function report(scope: Scope, problem: Problem): void {
	scope.problems.push(problem);
}

/** Reports a problem for which the whole object is left out. */
export function reject(scope: Scope, problem: Problem): void {
	scope.problems.push(problem);
	scope.isBroken = true;
}

/** Whether a value is a JSON object: not null, not a list. */
export function isFields(value: unknown): value is Fields {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether a value is absent. JSON null counts as absent, as in the API. */
export function isAbsent(value: unknown): value is undefined | null {
	return value === undefined || value === null;
}

/** Whether a number is not set: absent, or 0, which the API does not tell apart. */
export function isUnset(value: unknown): boolean {
	return isAbsent(value) || value === 0;
}

const NO_FIELDS: Fields = Object.freeze({});
const NO_ITEMS: readonly unknown[] = Object.freeze([]);

/** An object field; absent gives an empty object. */
export function objectField(scope: Scope, record: Fields, key: string, prefix: string): Fields {
	const value = record[key];
	if (isAbsent(value)) return NO_FIELDS;
	if (isFields(value)) return value;
	reject(scope, problems.FIELD_TYPE(placeOf(scope, prefix, key), "an object", value));
	return NO_FIELDS;
}

/** A list field; absent gives an empty list. */
export function listField(scope: Scope, record: Fields, key: string, prefix: string): readonly unknown[] {
	const value = record[key];
	if (isAbsent(value)) return NO_ITEMS;
	if (Array.isArray(value)) return value;
	reject(scope, problems.FIELD_TYPE(placeOf(scope, prefix, key), "a list", value));
	return NO_ITEMS;
}

/** A text field; undefined when absent. */
export function textField(scope: Scope, record: Fields, key: string, prefix: string): string | undefined {
	const value = record[key];
	if (typeof value === "string") return value;
	if (!isAbsent(value)) reject(scope, problems.FIELD_TYPE(placeOf(scope, prefix, key), "text", value));
	return undefined;
}

/** A true/false field; undefined when absent. */
export function booleanField(scope: Scope, record: Fields, key: string, prefix: string): boolean | undefined {
	const value = record[key];
	if (typeof value === "boolean") return value;
	if (!isAbsent(value)) reject(scope, problems.FIELD_TYPE(placeOf(scope, prefix, key), "true or false", value));
	return undefined;
}

/** A port field; 0 when absent or 0, as the API has "not set". */
export function portField(scope: Scope, record: Fields, key: string, prefix: string): number {
	const value = record[key];
	if (isUnset(value)) return 0;
	if (isPort(value)) return value;
	reject(scope, problems.PORT_RANGE(placeOf(scope, prefix, key), value));
	return 0;
}

/** A field that takes one of a few words; undefined when absent or empty. */
export function wordField<W extends string>(
	scope: Scope,
	record: Fields,
	key: string,
	prefix: string,
	words: readonly W[],
): W | undefined {
	const value = record[key];
	if (isAbsent(value) || value === "") return undefined;
	const word = words.find((candidate) => candidate === value);
	if (word === undefined) {
		reject(scope, problems.FIELD_VALUE(placeOf(scope, prefix, key), `one of ${words.join(", ")}`, value));
	}
	return word;
}
