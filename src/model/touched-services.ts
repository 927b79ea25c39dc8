import { onOneSide } from "../common-ends.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";

/** Whether something about a Service is another object than before. */
export type IsTouched = (namespace: string, service: string) => boolean;

/** The Services that come or go between two snapshots, and those of which a slice does. A changed object is another object. */
export function touchedServices(before: Snapshot, now: Snapshot): IsTouched {
	const touched = new Map<string, Set<string>>();
	const touch = (namespace: string, service: string): void => {
		const names = touched.get(namespace);
		if (names === undefined) touched.set(namespace, new Set([service]));
		else names.add(service);
	};
	for (const { namespace, name } of onOneSide(before.services, now.services).flat()) touch(namespace, name);
	for (const { namespace, serviceName } of onOneSide(before.endpointSlices, now.endpointSlices).flat()) {
		touch(namespace, serviceName);
	}
	return (namespace, service) => touched.get(namespace)?.has(service) === true;
}
