import type { Protocol } from "../../net/protocol.ts";
import type { Origin } from "../origin.ts";

/** The kernel's load balancer (IPVS), as data. */
export interface IpvsTable {
	/** No two with the same protocol, address and port. */
	readonly virtualServers: readonly VirtualServer[];
}

/** An address that clients dial. */
export interface VirtualServer {
	readonly protocol: Protocol;
	/** Canonical, without brackets. */
	readonly ip: string;
	/** 1-65535. */
	readonly port: number;
	/** `rr`, `wrr`, `lc`, `mh` …: how connections are spread. */
	readonly scheduler: string;
	/** Seconds a client keeps its real server; undefined: it does not. */
	readonly persistenceSeconds: number | undefined;
	/** Flags of the scheduler, as `-b` takes them: `mh-port`; undefined: none. */
	readonly schedulerFlags: string | undefined;
	readonly realServers: readonly RealServer[];
	readonly origin: Origin | undefined;
}

/** A server behind a virtual server. */
export interface RealServer {
	/** Canonical, without brackets. */
	readonly ip: string;
	readonly port: number;
	readonly forwarding: ForwardingMethod;
	/** 0 or more; 0 gets no new connections. */
	readonly weight: number;
	readonly origin: Origin | undefined;
}

/** How packets reach a real server: translated, tunnelled, or routed directly. */
export type ForwardingMethod = "masquerade" | "tunnel" | "route";
