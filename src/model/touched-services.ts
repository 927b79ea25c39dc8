import { between, commonEnds } from "../common-ends.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";

/** Whether something about a Service is another object than before. */
export type IsTouched = (namespace: string, service: string) => boolean;

/** The Services that come or go between two snapshots, and those of which a slice does. A changed object is another object. */
export function touchedServices(before: Snapshot, now: Snapshot): IsTouched {
	const touched = new Map<string, Set<string>>();
	for (const { namespace, service } of [
		...changed(before.services, now.services, ({ name }) => name),
		...changed(before.endpointSlices, now.endpointSlices, ({ serviceName }) => serviceName),
	]) {
		const names = touched.get(namespace);
		if (names === undefined) touched.set(namespace, new Set([service]));
		else names.add(service);
	}
	return (namespace, service) => touched.get(namespace)?.has(service) === true;
}

/** The objects of one Service in two lists, in their order. */
interface Pair<T> {
	readonly namespace: string;
	readonly service: string;
	readonly before: T[];
	readonly now: T[];
}

/** Services that do not have the same objects in both lists, in the same order. Nearly all stand where they stood: those are passed over. */
function changed<T extends { readonly namespace: string }>(
	before: readonly T[],
	now: readonly T[],
	serviceOf: (object: T) => string,
): readonly Pair<T>[] {
	const pairs = new Map<string, Pair<T>>();
	const pairOf = (object: T): Pair<T> => {
		const { namespace } = object;
		const service = serviceOf(object);
		const pair = pairs.get(`${namespace}/${service}`) ?? { namespace, service, before: [], now: [] };
		pairs.set(`${namespace}/${service}`, pair);
		return pair;
	};
	const [old, current] = between(before, now, commonEnds(before, now));
	for (const object of old) pairOf(object).before.push(object);
	for (const object of current) pairOf(object).now.push(object);
	return [...pairs.values()].filter((pair) => !isSame(pair));
}

function isSame<T>({ before, now }: Pair<T>): boolean {
	return before.length === now.length && before.every((object, index) => object === now[index]);
}
