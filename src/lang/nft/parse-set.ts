import { parseDuration } from "./duration.ts";
import type { SetDeclaration } from "./table.ts";
import { unquoted } from "./tokens.ts";

/** A set whose properties are being read. */
export type SetDraft = { -readonly [Key in keyof SetDeclaration]: SetDeclaration[Key] };

/** A set without properties. */
export function newSet(kind: "set" | "map", name: string): SetDraft {
	return {
		kind,
		name,
		keyTypes: [],
		valueType: undefined,
		flags: [],
		timeoutSeconds: undefined,
		size: undefined,
		comment: undefined,
		unknown: [],
	};
}

/** Reads one property: `type ipv4_addr . inet_service : verdict`, `flags dynamic,timeout`. What is not modelled is kept as it is. */
export function readProperty(draft: SetDraft, text: string): void {
	const [, name, value = ""] = /^(\S+)\s*(.*)$/s.exec(text) ?? [];
	const seconds = parseDuration(value);
	if (name === "type" && /^[\w .]+(?: : [\w .]+)?$/.test(value)) {
		const [keys = "", ...values] = value.split(" : ");
		draft.keyTypes = keys.split(" . ");
		draft.valueType = values[0];
	} else if (name === "flags") draft.flags = value.split(",").map((flag) => flag.trim());
	else if (name === "timeout" && seconds !== undefined) draft.timeoutSeconds = seconds;
	else if (name === "size" && /^\d{1,10}$/.test(value)) draft.size = Number(value);
	else if (name === "comment" && /^"[^"]*"$/.test(value)) draft.comment = unquoted(value);
	else draft.unknown = [...draft.unknown, text];
}
