import type { ClusterOptions } from "../../cluster/live-cluster.ts";
import type { Progress } from "./progress.ts";

/** Milliseconds between two updates. */
const PAUSE = 100;

/** Shows how far the lists of a cluster are read. */
export function listProgress(progress: Progress): NonNullable<ClusterOptions["onProgress"]> {
	const lists = new Map<string, string>();
	let shownAt = 0;
	return (resource, itemsRead, remaining) => {
		// A list of one page is there before anybody could read that it comes.
		if (remaining === undefined && !lists.has(resource)) return;
		const count = remaining === undefined ? `${itemsRead}` : `${itemsRead} of ${itemsRead + remaining}`;
		lists.set(resource, `${count} ${resource}`);
		if (Date.now() - shownAt < PAUSE) return;
		shownAt = Date.now();
		progress.show(`reading ${[...lists.values()].join(", ")}`);
	};
}
