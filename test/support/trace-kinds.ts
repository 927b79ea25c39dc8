import type { Sent } from "./trace-live.ts";

/** Kinds of packets to generated clusters, and of their ends. */
export const EVERYTHING: readonly string[] = [
	"a pod",
	"a remote pod",
	"an endpoint elsewhere",
	"an endpoint here",
	"cluster IP",
	"delivered",
	"dropped",
	"endpoint",
	"external IP",
	"forwarded",
	"health check node port",
	"load-balancer IP",
	"node port",
	"node port on loopback",
	"nothing",
	"outside",
	"rejected",
	"the node",
	"the second card",
	"unknown address",
	"unknown port",
	"unknown port of the node",
];

/** Whether an endpoint reached itself. */
export function isHairpin({ packet, recorded }: Sent): boolean {
	return packet.to !== packet.from && packet.from === recorded.destination.ip;
}
