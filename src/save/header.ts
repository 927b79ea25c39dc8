import type { Fields } from "../fields/fields.ts";
import { KINDS } from "../snapshot/kinds.ts";
import type { SnapshotHeader } from "../snapshot/snapshot-header.ts";
import { withoutAbsent } from "./forms.ts";

/** What is to stand above the objects, as far as it is known. */
export type HeaderFields = { readonly [Key in keyof Omit<SnapshotHeader, "source">]?: SnapshotHeader[Key] | undefined };

/** The header as an object. */
export function headerObject(header: HeaderFields): Fields {
	const { isAnonymized, resourceVersions = {}, ...texts } = header;
	return withoutAbsent([
		["apiVersion", KINDS.Snapshot.apiVersions[0]],
		["kind", "Snapshot"],
		["anonymized", isAnonymized === true ? true : undefined],
		["resourceVersions", Object.keys(resourceVersions).length === 0 ? undefined : resourceVersions],
		...Object.entries(texts),
	]);
}
