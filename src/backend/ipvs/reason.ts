import type { Origin } from "../../lang/origin.ts";
import type { ServicePort } from "../../model/service-port.ts";
import { BASE_REASON, originOf } from "../origin.ts";

/** Why a rule or a server exists, as `origin.reason` says it. */
export const REASONS = {
	...BASE_REASON,
	"cluster-ip": "traffic to the cluster IP",
	"external-ip": "traffic to an external IP",
	"load-balancer-ip": "traffic to a load-balancer IP",
	"node-port": "traffic to the node port",
	endpoint: "an endpoint that serves this address",
	"other-sources": "the node itself may not use the load-balancer IP: it is in none of the source ranges",
} as const;

/** A key of `REASONS`. */
export type Reason = keyof typeof REASONS;

/** The origin of what a service port asked for, perhaps about one of its endpoints (`ip:port`). */
export function because(port: ServicePort, reason: Reason, endpoint?: string): Origin {
	return originOf(port, reason, endpoint);
}
