import type { Origin } from "../../lang/origin.ts";
import type { ServicePort } from "../../model/service-port.ts";
import { BASE_REASON, originOf } from "../origin.ts";
import { RULE_REASONS } from "../rule-reasons.ts";

/** Why a rule exists, as `origin.reason` says it. */
export const REASONS = {
	...BASE_REASON,
	...RULE_REASONS,
	"health-check-node-port": "the load balancer asks here whether this node has local endpoints",
	"source-range": "this source may use the load-balancer IP",
	"other-sources": "other sources may not use the load-balancer IP",
} as const;

/** A key of `REASONS`. */
export type Reason = keyof typeof REASONS;

/** The origin of a rule of a service port, perhaps about one of its endpoints (`ip:port`). */
export function because(port: ServicePort, reason: Reason, endpoint?: string): Origin {
	return originOf(port, reason, endpoint);
}
