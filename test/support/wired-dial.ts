import type { Family, Protocol } from "../../src/index.ts";
import type { IP } from "../../src/net/ip.ts";
import { WIRED } from "./ipvs-trace-wired.ts";
import { ENDPOINT_PORT } from "./wired-objects.ts";

/** Somebody who accepts connections. */
export interface LabServer {
	readonly space: string;
	readonly ip: string;
	readonly port: number;
	readonly protocol: Protocol;
}

/** Connections, one after the other, from one client to one place. */
export interface LabDial {
	readonly space: string;
	/** Absent: the kernel chooses. */
	readonly from?: string;
	/** The client's port, for one that asks again from where it asked before; absent: the kernel chooses. */
	readonly fromPort?: number;
	readonly to: IP;
	readonly port: number;
	readonly protocol: Protocol;
	readonly times: number;
	/** They stay open. */
	readonly keeps: boolean;
	/** Seconds after which a client gives up. */
	readonly timeout: number;
	/**
	 * It asks for ICMP errors. Without, TCP over IPv6 believes one only a second later where the error arrives before the
	 * call that sent the packet has ended, as it does between namespaces.
	 */
	readonly hears?: boolean;
	/** A command that the node runs before. */
	readonly first?: readonly string[];
}

/** What became of them. */
export interface LabDialed {
	/** How often each server answered which client, by `ip port source`. */
	readonly served: Readonly<Record<string, number>>;
	/** How often clients failed, by error. */
	readonly errors: Readonly<Record<string, number>>;
	/** The clients' own addresses. */
	readonly own: readonly string[];
}

/** Everybody who accepts connections in the network. */
export function wiredServers(family: Family): readonly LabServer[] {
	const { pods, remotePod, node } = WIRED[family];
	const places = [
		...pods.map((ip, index) => ({ space: `pod${index + 1}`, ip })),
		{ space: "remote", ip: remotePod },
		{ space: "node", ip: node },
	];
	return places.flatMap((place) =>
		(["tcp", "udp", "sctp"] as const).map((protocol) => ({ ...place, port: ENDPOINT_PORT, protocol })),
	);
}
