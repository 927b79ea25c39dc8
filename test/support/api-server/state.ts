import { type KubeObject, type Stored, store } from "./objects.ts";

/** What a server holds at one resourceVersion. */
export interface Revision {
	readonly resourceVersion: number;
	/** By the name of the resource, in the order of lists. */
	readonly stored: ReadonlyMap<string, readonly Stored[]>;
}

/** What a server holds, now and before. */
export interface State {
	/** The newest. */
	current(): Revision;
	/** An earlier one; undefined when it was forgotten. */
	at(resourceVersion: number): Revision | undefined;
	/** Other objects from now on. Pages of older lists still come from their own revision. */
	replace(objects: readonly KubeObject[]): void;
	/** Compaction: pages of older lists can no longer be had. */
	forget(): void;
}

/** Every change makes this many revisions, since other objects of the cluster change too. */
const STEP = 17;

/** Begins with the objects. */
export function newState(objects: readonly KubeObject[]): State {
	let revisions: readonly Revision[] = [];
	const current = (): Revision => revisions.at(-1) ?? { resourceVersion: 1000, stored: new Map() };
	const replace = (changed: readonly KubeObject[]): void => {
		const resourceVersion = current().resourceVersion + STEP;
		revisions = [...revisions, { resourceVersion, stored: store(changed, resourceVersion) }];
	};
	replace(objects);
	return {
		current,
		at: (resourceVersion) => revisions.find((revision) => revision.resourceVersion === resourceVersion),
		replace,
		forget: () => {
			revisions = revisions.slice(-1);
		},
	};
}
