import type { Origin } from "../lang/origin.ts";
import type { ServicePort } from "../model/service-port.ts";

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

/** The namespace of the Service that asked for it; undefined when none did. */
export function namespaceOf(origin: Origin | undefined): string | undefined {
	return origin?.subject?.split("/")[0];
}

/** An origin as plain data. */
export function describeOrigin({ subject, reason, detail }: Origin, reasons: Reasons): unknown {
	return { servicePort: subject, reason, endpoint: detail, meaning: reasons[reason] };
}
