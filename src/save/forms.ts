import { type Fields, isFields } from "../fields/fields.ts";
import { isPort } from "../net/protocol.ts";
import type { NameSort, Words } from "./words.ts";

/**
 * What an anonymized snapshot keeps of a value, and how; undefined: it is left out. A form lists what is known to be
 * harmless or can be replaced, and leaves out all else.
 */
export type Form = (value: unknown, words: Words) => unknown;

/** An object with these fields, as far as they are there. */
export function record(fields: Readonly<Record<string, Form>>): Form {
	return (value, words) => {
		if (!isFields(value)) return undefined;
		const kept = Object.entries(fields).map(([key, form]) => {
			return [key, Object.hasOwn(value, key) ? form(value[key], words) : undefined] as const;
		});
		return withoutAbsent(kept);
	};
}

/** An object of what is there. */
export function withoutAbsent(entries: readonly (readonly [string, unknown])[]): Fields {
	return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

/** A list; items that are left out leave no gap. */
export function list(item: Form): Form {
	return (value, words) => {
		if (!Array.isArray(value)) return undefined;
		return value.map((one) => item(one, words)).filter((one) => one !== undefined);
	};
}

/** One of these texts. */
export function oneOf(...texts: readonly string[]): Form {
	return (value) => (typeof value === "string" && texts.includes(value) ? value : undefined);
}

/** This value, whatever it was. */
export function always(value: string): Form {
	return () => value;
}

/** A name, replaced by its alias. */
export function name(sort: NameSort): Form {
	return (value, words) => (typeof value === "string" ? words.name(sort, value) : undefined);
}

/** An address, replaced. */
export const address: Form = (value, words) => (typeof value === "string" ? words.address(value) : undefined);

/** A network, replaced; blanks around it are not kept. */
export const network: Form = (value, words) => (typeof value === "string" ? words.network(value.trim()) : undefined);

/** A port number. */
export const port: Form = (value) => (isPort(value) ? value : undefined);

/** A number of any size. */
export const number: Form = (value) => (typeof value === "number" ? value : undefined);

/** True or false. */
export const truth: Form = (value) => (typeof value === "boolean" ? value : undefined);

/** The numbers at the start of a version, without what a vendor adds: `v1.34.2` of `v1.34.2-gke.100`. */
export const version: Form = (value) =>
	typeof value === "string" ? /^v?\d{1,9}(?:\.\d{1,9}){1,3}/.exec(value)?.[0] : undefined;
