import type { Problem } from "../problem.ts";
import type { Service } from "../snapshot/snapshot.ts";
import type { ServicePort } from "./service-port.ts";

/** What one Service came to in a model. */
export interface BuiltService {
	readonly service: Service;
	/** In the order of its ports; none when it is excluded. */
	readonly servicePorts: readonly ServicePort[];
	/** Why it gives no rules; undefined: it does. */
	readonly excluded: ExcludedService | undefined;
	readonly problems: readonly Problem[];
}

/** A Service without rules in this family. */
export interface ExcludedService {
	readonly namespace: string;
	readonly service: string;
	readonly reason: "other-proxy" | "headless-label" | "external-name" | "headless" | "no-cluster-ip" | "other-family";
}
