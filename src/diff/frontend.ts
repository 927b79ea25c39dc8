import type { Protocol } from "../net/protocol.ts";

/** What clients meet at one address of a service port, whatever the proxy mode. */
export interface FrontendView {
	readonly servicePort: string;
	readonly kind: FrontendKind;
	/** Undefined for a node port in iptables mode: it is the same on all addresses. */
	readonly ip: string | undefined;
	readonly port: number;
	readonly protocol: Protocol;
	readonly verdict: Verdict;
	/** Endpoints (`ip:port`) with the part of new connections that each gets; together with `lost` they are 1. */
	readonly shares: ReadonlyMap<string, number>;
	/** The part of new connections that is not translated: nobody answers. Counts when the verdict is `forwarded`. */
	readonly lost: number;
	/** Undefined when the rules do not tell. */
	readonly policy: "Cluster" | "Local" | undefined;
	/** Whose connections are masqueraded, in words; empty for nobody. */
	readonly masquerades: readonly string[];
	/** Seconds a client keeps its endpoint; undefined: it does not. */
	readonly affinitySeconds: number | undefined;
	/** Networks that may use it; undefined: all. */
	readonly sources: readonly string[] | undefined;
	/** Endpoints whose own connections through the Service are not masqueraded, so that they hang. */
	readonly withoutHairpin: readonly string[];
	/** Why packets do not get to the frontend at all, in words; undefined: they do. */
	readonly obstacle: string | undefined;
}

/** The ways in. */
export type FrontendKind = "cluster IP" | "external IP" | "load-balancer IP" | "node port";

/** What becomes of a new connection from an ordinary client; `ignored`: no rule is about it. */
export type Verdict = "forwarded" | "rejected" | "dropped" | "ignored";

/** `cluster IP 10.96.0.1:443/tcp`, `node port 30080/tcp`. */
export function printFrontend({ kind, ip, port, protocol }: FrontendView): string {
	const address = ip === undefined ? `${port}` : ip.includes(":") ? `[${ip}]:${port}` : `${ip}:${port}`;
	return `${kind} ${address}/${protocol}`;
}

/** Equal for frontends that clients dial alike, whoever has them. */
export function addressKey({ ip, port, protocol }: Pick<FrontendView, "ip" | "port" | "protocol">): string {
	return `${ip} ${port} ${protocol}`;
}
