import type { Origin } from "../../lang/origin.ts";
import type { ServicePort } from "../../model/service-port.ts";
import { BASE_REASON, originOf } from "../origin.ts";

/** Why a rule or an element exists, as `origin.reason` says it. */
export const REASONS = {
	...BASE_REASON,
	"cluster-ip": "traffic to the cluster IP",
	"external-ip": "traffic to an external IP",
	"load-balancer-ip": "traffic to a load-balancer IP",
	"node-port": "traffic to the node port",
	"no-endpoints": "no endpoint is usable anywhere: reject",
	"no-local-endpoints": "the traffic policy is Local and no usable endpoint is on this node: drop",
	"masquerade-cluster-ip": "traffic to the cluster IP that does not come from pods is masqueraded",
	"masquerade-all": "all traffic to cluster IPs is masqueraded, as configured",
	"masquerade-external": "traffic from outside is masqueraded, so that the answer comes back through this node",
	"masquerade-local": "traffic of the node itself is masqueraded, although the external policy is Local",
	"short-circuit": "pods and the node itself use all endpoints, although the external policy is Local",
	"external-policy": "traffic from outside goes where the external policy says",
	"source-ranges": "only some sources may use the load-balancer IPs",
	affinity: "a client that was here before goes to the same endpoint",
	balance: "new connections are spread evenly",
	hairpin: "an endpoint that reaches itself through the Service is masqueraded",
	endpoint: "the destination becomes this endpoint",
} as const;

/** A key of `REASONS`. */
export type Reason = keyof typeof REASONS;

/** The origin of what a service port asked for, perhaps about one of its endpoints (`ip:port`). */
export function because(port: ServicePort, reason: Reason, endpoint?: string): Origin {
	return originOf(port, reason, endpoint);
}
