import type { Model } from "../model/model.ts";
import type { ServicePort } from "../model/service-port.ts";
import type { Protocol } from "../net/protocol.ts";
import type { Packet } from "../trace/packet.ts";
import {
	type PlaceKind,
	type ProbedPlace,
	placesBeside,
	placesOf,
	unallocatedPlaces,
	usedPorts,
} from "./probe-places.ts";
import { type ProbeClient, strangers, visitors } from "./probe-senders.ts";

/** One kind of packet that clients of a service port, or of nobody, send. */
export interface Probe {
	/** Undefined: the address is no Service's. */
	readonly servicePort: ServicePort | undefined;
	readonly place: PlaceKind;
	/** The place in words, the same for every Service: `node port at 127.0.0.1`. */
	readonly where: string;
	readonly client: ProbeClient;
	readonly packet: Packet;
	/** The endpoint (`ip:port`) the client was sent to before; undefined: it comes for the first time. */
	readonly affinity: string | undefined;
}

/**
 * Packets of every kind of client to every place of the service ports of a node: their frontends, each on every address of the node
 * where it might answer; ports and addresses beside them, which no Service has.
 *
 * @param isWanted which service ports, by name; undefined: all, and addresses that no Service has
 */
export function probesOf(model: Model, isWanted?: (servicePort: string) => boolean): readonly Probe[] {
	const ports = isWanted === undefined ? model.servicePorts : model.servicePorts.filter(({ name }) => isWanted(name));
	const used = usedPorts(model);
	const seen = new Set<string>();
	const own = ports.flatMap((port) => {
		const name = `${port.namespace}/${port.service}`;
		const beside = seen.has(name) ? [] : placesBeside(port, model, used);
		seen.add(name);
		return [
			...placesOf(port, model).flatMap((place) => probesAt(port, place, model)),
			...beside.flatMap((place) => strangers(place, model).map((one) => probe(port, place, "tcp", one))),
		];
	});
	if (isWanted !== undefined) return own;
	const free = unallocatedPlaces(model, used);
	return [
		...own,
		...free.flatMap((place) => strangers(place, model).map((one) => probe(undefined, place, "tcp", one))),
	];
}

function probesAt(port: ServicePort, place: ProbedPlace, model: Model): readonly Probe[] {
	return visitors(port, place, model).map((one) => probe(port, place, port.protocol, one));
}

function probe(
	servicePort: ServicePort | undefined,
	{ kind, where, ip, number }: ProbedPlace,
	protocol: Protocol,
	{ client, from, inInterface, affinity }: ReturnType<typeof visitors>[number],
): Probe {
	const packet = { from, to: ip, port: number, protocol, isFromNode: client === "node", inInterface };
	return { servicePort, place: kind, where, client, packet, affinity };
}
