import type { Fields } from "../fields/fields.ts";
import type { SourceDocument } from "../snapshot/read-snapshot.ts";
import { anonymize } from "./anonymize.ts";
import { type Collected, collectObjects } from "./collect.ts";
import { type HeaderFields, headerObject } from "./header.ts";
import { withoutNoise } from "./keep.ts";
import { sortFields, sortObjects } from "./order.ts";

/** How objects are saved. */
export interface SaveOptions {
	/** What is known of where the objects come from. */
	readonly header: HeaderFields;
	/** Everything that was read stays: all fields, all kinds. Not together with `anonymizeKey`. */
	readonly isFull?: boolean;
	/** Replace names and addresses; addresses in a way that this secret decides. */
	readonly anonymizeKey?: string | undefined;
}

/** What is to be written. */
export interface SavedSnapshot {
	/** The header, then the objects by kind, namespace and name, their keys sorted: equal input gives equal output. */
	readonly objects: readonly Fields[];
	/** How many objects were left out because they are broken: only when names are replaced. */
	readonly broken: number;
	/** kube-proxy's configuration was left out because kube-proxy would refuse it: only when names are replaced. */
	readonly isConfigLeftOut: boolean;
	/** The aliases of the Nodes, by name; empty when names are not replaced. */
	readonly nodes: ReadonlyMap<string, string>;
}

/** Makes one snapshot of whatever was read: `readSnapshot` reads the same from it as from the input. */
export function saveSnapshot(documents: readonly SourceDocument[], options: SaveOptions): SavedSnapshot {
	const collected = collectObjects(documents);
	const { objects, header, nodes } = chosen(collected, options);
	const kept = objects.filter((object) => object !== undefined);
	return {
		objects: [headerObject(header), ...sortObjects(kept)].map(sortFields),
		broken: collected.filter(({ kind }, at) => kind !== undefined && objects[at] === undefined).length,
		isConfigLeftOut: options.header.proxyConfig !== undefined && header.proxyConfig === undefined,
		nodes,
	};
}

function chosen(collected: readonly Collected[], { header, isFull, anonymizeKey }: SaveOptions) {
	if (anonymizeKey !== undefined) return anonymize(collected, header, anonymizeKey);
	const objects = collected.map(({ kind, object }) => {
		if (isFull === true) return object;
		return kind === undefined ? undefined : withoutNoise(kind, object);
	});
	return { objects, header, nodes: new Map<string, string>() };
}
