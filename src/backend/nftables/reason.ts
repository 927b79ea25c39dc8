import type { Origin } from "../../lang/origin.ts";
import type { ServicePort } from "../../model/service-port.ts";
import { BASE_REASON, originOf } from "../origin.ts";
import { RULE_REASONS } from "../rule-reasons.ts";

/** Why a rule or an element exists, as `origin.reason` says it. */
export const REASONS = {
	...BASE_REASON,
	...RULE_REASONS,
	"source-ranges": "only some sources may use the load-balancer IPs",
} as const;

/** A key of `REASONS`. */
export type Reason = keyof typeof REASONS;

/** The origin of what a service port asked for, perhaps about one of its endpoints (`ip:port`). */
export function because(port: ServicePort, reason: Reason, endpoint?: string): Origin {
	return originOf(port, reason, endpoint);
}
