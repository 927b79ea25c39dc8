import type { Endpoint } from "../model/endpoint.ts";
import type { Model } from "../model/model.ts";
import type { ServicePort } from "../model/service-port.ts";
import { type IP, isLoopback } from "../net/ip.ts";
import { clientsAt, clientsOf, type Sender } from "./clients.ts";
import type { ProbedPlace } from "./probe-places.ts";

/**
 * Who sends a packet. `endpoint`: a pod on this node that is one of the endpoints itself. `endpoint-elsewhere`: such a pod of another
 * node. `stranger`: in none of the source ranges. `returning`: it was sent to an endpoint before, and has affinity.
 */
export type ProbeClient = Sender | "endpoint" | "endpoint-elsewhere" | "stranger" | "returning";

/** A client as rules see it. */
export interface ProbeSender {
	readonly client: ProbeClient;
	readonly from: IP;
	readonly inInterface: string | undefined;
	/** The endpoint (`ip:port`) it was sent to before; undefined: none. */
	readonly affinity: string | undefined;
}

/** Every kind of client that may dial a frontend of a service port. */
export function visitors(port: ServicePort, place: ProbedPlace, model: Model): readonly ProbeSender[] {
	const ranges = place.kind === "load-balancer-ip" ? port.sourceRanges : [];
	const allowed = clientsAt(place.ip, model, ranges).map(({ from, ip, inInterface }) => sender(from, ip, inInterface));
	if (isLoopback(place.ip)) return allowed;
	const pod = allowed.find(({ client }) => client === "pod");
	const outside = allowed.find(({ client }) => client === "outside");
	const isOther = ({ isReady, canonicalIP }: Endpoint): boolean => isReady && !model.node.ips.includes(canonicalIP);
	const here = port.endpoints.find((endpoint) => endpoint.isLocal && isOther(endpoint));
	// Its own node translates all that it sends but to node ports of other nodes.
	const there =
		place.kind === "node-port" ? port.endpoints.find((endpoint) => !endpoint.isLocal && isOther(endpoint)) : undefined;
	const asked = ranges.length === 0 ? [] : clientsOf(model, []);
	const strange = asked.filter(({ from, ip }) => from === "outside" && allowed.every((one) => one.from !== ip));
	const [first, ...others] = place.kind === "cluster-ip" ? port.internal.endpoints : port.external.endpoints;
	const known = port.affinitySeconds === undefined || first === undefined ? undefined : others.at(-1);
	const again = place.kind === "cluster-ip" ? pod : outside;
	return [
		...allowed,
		...(here === undefined ? [] : [sender("endpoint", here.canonicalIP, pod?.inInterface)]),
		...(there === undefined ? [] : [sender("endpoint-elsewhere", there.canonicalIP, outside?.inInterface)]),
		...strange.map(({ ip, inInterface }) => sender("stranger", ip, inInterface)),
		...(known === undefined || again === undefined
			? []
			: [{ ...again, client: "returning" as const, affinity: known.address }]),
	];
}

/** The kinds of clients that may dial what no service port serves. */
export function strangers({ ip }: ProbedPlace, model: Model): readonly ProbeSender[] {
	return clientsAt(ip, model, []).map((one) => sender(one.from, one.ip, one.inInterface));
}

function sender(client: ProbeClient, from: IP, inInterface: string | undefined): ProbeSender {
	return { client, from, inInterface, affinity: undefined };
}
