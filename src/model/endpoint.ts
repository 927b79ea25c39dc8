import type { IP } from "../net/ip.ts";

/** One endpoint of one service port. */
export interface Endpoint {
	/** `ip:port`, with brackets for IPv6: how kube-proxy names, sorts and tells apart endpoints. */
	readonly address: string;
	/** As it goes into rules. Canonical, but for 1.30, which copies what the slice says. */
	readonly ip: string;
	/** The canonical address. */
	readonly canonicalIP: IP;
	readonly port: number;
	/** Its node is this one. */
	readonly isLocal: boolean;
	readonly isReady: boolean;
	readonly isServing: boolean;
	readonly isTerminating: boolean;
	readonly zoneHints: readonly string[];
	readonly nodeHints: readonly string[];
	readonly nodeName: string | undefined;
	/** `namespace/name` of its Pod, when known. */
	readonly pod: string | undefined;
	/** The EndpointSlice it came from. */
	readonly slice: string;
}
