import type { Snapshot } from "./snapshot.ts";

/**
 * The same snapshot, made of the objects of an earlier one wherever they are equal: who compiles again then sees at a glance
 * what has changed. Order is that of `now`.
 */
export function keepObjects(before: Snapshot, now: Snapshot): Snapshot {
	return {
		services: keepEqual(before.services, now.services),
		endpointSlices: keepEqual(before.endpointSlices, now.endpointSlices),
		nodes: keepEqual(before.nodes, now.nodes),
		serviceCIDRs: keepEqual(before.serviceCIDRs, now.serviceCIDRs),
	};
}

interface Named {
	readonly namespace?: string;
	readonly name: string;
}

function keepEqual<T extends Named>(before: readonly T[], now: readonly T[]): readonly T[] {
	const earlier = new Map(before.map((object) => [nameOf(object), object]));
	return now.map((object) => {
		const old = earlier.get(nameOf(object));
		return old !== undefined && isEqual(old, object) ? old : object;
	});
}

function nameOf({ namespace = "", name }: Named): string {
	return `${namespace}/${name}`;
}

/** Whether two values are equal as data: texts, numbers, lists, objects. */
function isEqual(a: unknown, b: unknown): boolean {
	if (Object.is(a, b)) return true;
	if (!isObject(a) || !isObject(b) || Array.isArray(a) !== Array.isArray(b)) return false;
	const keys = Object.keys(a);
	return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && isEqual(a[key], b[key]));
}

/** Lists count as objects: their keys are the indexes. */
function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
	return typeof value === "object" && value !== null;
}
