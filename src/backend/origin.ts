import type { Origin } from "../lang/origin.ts";
import type { ServicePort } from "../model/service-port.ts";
import type { DescribeOptions } from "./backend.ts";

/** Reasons of a backend's rules: a stable word, and what it means in words. */
export type Reasons = Readonly<Record<string, string>>;

/** The reason of rules that belong to no Service. */
export const BASE_REASON = { base: "part of every node's rules" } as const;

/** The origin of rules that belong to no Service. */
export const BASE: Origin = { subject: undefined, reason: "base", detail: undefined };

/** The origin of what a service port asked for, perhaps about one of its endpoints (`ip:port`). */
export function originOf<R extends string>(port: ServicePort, reason: R, endpoint?: string): Origin {
	return { subject: port.name, reason, detail: endpoint };
}

/** Whether a description that is narrowed shows what has this origin. */
export function isShown(origin: Origin | undefined, { isWanted }: DescribeOptions): boolean {
	return isWanted === undefined || (origin?.subject !== undefined && isWanted(origin.subject));
}

/** An origin as plain data. */
export function describeOrigin({ subject, reason, detail }: Origin, reasons: Reasons): unknown {
	return { servicePort: subject, reason, endpoint: detail, meaning: reasons[reason] };
}
