import type { Family, IP } from "../net/ip.ts";
import type { Protocol } from "../net/protocol.ts";
import type { TrafficPolicy } from "../snapshot/snapshot.ts";
import type { Sender } from "./clients.ts";
import type { Frontend } from "./frontends.ts";

/** One endpoint of a slice, as one service port sees it. */
export interface EndpointRow {
	readonly family: Family;
	/** `shop/web:http`; undefined: no service port looked at it. */
	readonly servicePort: string | undefined;
	readonly address: IP;
	/** Undefined: its slice has no port for it. */
	readonly port: number | undefined;
	/** Of its service port; undefined: no service port looked at it. */
	readonly protocol: Protocol | undefined;
	/** Some traffic may go to it. */
	readonly isUsed: boolean;
	/** Traffic of which policy; empty when it is not used. */
	readonly by: readonly TrafficPolicy[];
	/** Undefined when it is used. */
	readonly unused: Unused | undefined;
	/** Undefined: its slice does not say. */
	readonly nodeName: string | undefined;
	/** `namespace/name`; undefined: its slice does not say. */
	readonly pod: string | undefined;
	readonly slice: string;
	/** Addresses that its slice lists behind the first, which have no effect. */
	readonly furtherAddresses: number;
	/** What it gets of each frontend, by the rules; only where it gets something. */
	readonly shares: readonly Share[];
}

/** Why an endpoint gets nothing. */
export interface Unused {
	readonly code: UnusedCode;
	/** One sentence without a full stop. */
	readonly reason: string;
}

/** Every reason, as a stable word. `docs/json.md` explains them. */
export type UnusedCode =
	| "not-ready"
	| "terminating"
	| "other-zone"
	| "other-node"
	| "not-local"
	| "duplicate"
	| "no-such-port"
	| "port-without-number"
	| "other-family"
	| "slice-of-other-proxy"
	| "slice-of-headless"
	| "slice-without-label"
	| "refused"
	| "headless"
	| "external-name"
	| "no-cluster-ip"
	| "other-proxy"
	| "headless-label";

/** The part of a frontend's new connections that an endpoint gets. */
export interface Share {
	/** As `trace --to` takes it. */
	readonly frontend: string;
	readonly kind: Frontend["kind"];
	readonly from: Sender;
	/** 0-1. */
	readonly share: number;
}
