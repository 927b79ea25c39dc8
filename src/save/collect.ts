import { type Fields, isFields } from "../fields/fields.ts";
import { isKnownKind, isOfGroup, KINDS, type KnownKind } from "../snapshot/kinds.ts";
import { flattenLists } from "../snapshot/list-items.ts";
import type { SourceDocument } from "../snapshot/read-snapshot.ts";

/** An object of the input, with kind and apiVersion of its own. */
export interface Collected {
	/** Undefined: of a kind that is not read. */
	readonly kind: Exclude<KnownKind, "Snapshot"> | undefined;
	readonly object: Fields;
	readonly source: string;
}

/**
 * Every object of the input that has a kind, out of its lists, in the order of the input; without headers.
 *
 * Whatever else is in the input, `readSnapshot` names as a problem.
 */
export function collectObjects(documents: readonly SourceDocument[]): readonly Collected[] {
	return documents.flatMap(({ value, source }) =>
		[...flattenLists(value, source ?? "input")].flatMap((item) => {
			if (!isFields(item.value)) return [];
			const kind = item.value["kind"] ?? item.listed?.kind;
			if (typeof kind !== "string") return [];
			const apiVersion = item.value["apiVersion"] ?? item.listed?.apiVersion ?? "";
			const known = knownKind(kind, apiVersion);
			if (known === "Snapshot") return [];
			const named = apiVersion === "" && known !== undefined ? KINDS[known].apiVersions[0] : apiVersion;
			return { kind: known, object: { ...item.value, apiVersion: named, kind }, source: item.source };
		}),
	);
}

/** As `readSnapshot` has it: what does not say of which version it is, is taken at its kind. */
function knownKind(kind: string, apiVersion: unknown): KnownKind | undefined {
	if (!isKnownKind(kind)) return undefined;
	return typeof apiVersion !== "string" || apiVersion === "" || isOfGroup(kind, apiVersion) ? kind : undefined;
}
