import { serverKey } from "../diff/ipvs/view.ts";
import type { RealServer, VirtualServer } from "../lang/ipvs/table.ts";
import type { NodeState } from "../lang/node-state.ts";
import { hostPort } from "../net/ip.ts";

/** How many connections each real server has, by `realServerKey`. */
export type Connections = ReadonlyMap<string, number>;

/** When real servers got weight 0, in milliseconds since 1970, by `realServerKey`. */
export type Since = Readonly<Record<string, number>>;

/** What is known of real servers that go. */
export interface DrainOptions {
	readonly connections: Connections;
	readonly since: Since;
	/** In milliseconds since 1970. */
	readonly now: number;
	/** Milliseconds after which a real server goes although it has connections. */
	readonly limit: number;
}

/** Two states whose difference is what may be done now. */
export interface Drained {
	readonly live: NodeState;
	readonly wanted: NodeState;
	/** Some get weight 0 in this run: how many connections they are left with can be told afterwards only. */
	readonly hasNew: boolean;
	/** Those that stay for a while. */
	readonly since: Since;
}

/** `10.96.40.20:80/tcp 10.244.2.8:8080` */
export function realServerKey(server: Pick<VirtualServer, "ip" | "port" | "protocol">, real: Where): string {
	return `${serverKey(server)} ${hostPort(real.ip, real.port)}`;
}

type Where = Pick<RealServer, "ip" | "port">;

/** Whether a node has real servers for which it matters how many connections they have. */
export function hasLeaving(live: NodeState, wanted: NodeState): boolean {
	const leaving = leavingServers(wanted);
	const counts = ({ weight }: RealServer): boolean => weight === 0;
	return live.virtualServers?.some((server) => server.protocol === "tcp" && leaving(server).some(counts)) === true;
}

/**
 * Real servers that are not wanted any more, of virtual servers that are: they go at once when connections do not matter
 * (UDP, SCTP); others get weight 0, so that no connection can come any more, and go when there is none, or the time is up.
 * The wanted state gets those that stay, and in the live one those of weight 0 that may go count like all others.
 *
 * Source: IPVS spec, section 8.5. That those without connections get weight 0 first, and the limit, are svcnat's own.
 */
export function drain(live: NodeState, wanted: NodeState, options: DrainOptions): Drained {
	const leaving = leavingServers(wanted);
	const since: Record<string, number> = {};
	const staying = new Map<string, readonly RealServer[]>();
	let hasNew = false;
	const servers = live.virtualServers?.map((server) => {
		const stay = new Set(leaving(server).filter((real) => mayStay(server, real, options)));
		for (const real of stay) since[realServerKey(server, real)] = startOf(server, real, options);
		if ([...stay].some(({ weight }) => weight > 0)) hasNew = true;
		staying.set(
			serverKey(server),
			[...stay].map((real) => ({ ...real, weight: 0 })),
		);
		const goes = (real: RealServer): boolean => real.weight === 0 && leaving(server).includes(real) && !stay.has(real);
		return { ...server, realServers: server.realServers.map((real) => (goes(real) ? { ...real, weight: 1 } : real)) };
	});
	const kept = wanted.virtualServers?.map((server) => {
		const more = staying.get(serverKey(server)) ?? [];
		return more.length === 0 ? server : { ...server, realServers: [...server.realServers, ...more] };
	});
	return { live: { ...live, virtualServers: servers }, wanted: { ...wanted, virtualServers: kept }, since, hasNew };
}

/** A function that tells which real servers of a virtual server are not wanted, if it is wanted itself. */
function leavingServers(wanted: NodeState): (server: VirtualServer) => readonly RealServer[] {
	const known = new Map(
		(wanted.virtualServers ?? []).map((server) => {
			return [serverKey(server), new Set(server.realServers.map((real) => realServerKey(server, real)))];
		}),
	);
	return (server) => {
		const own = known.get(serverKey(server));
		return own === undefined ? [] : server.realServers.filter((real) => !own.has(realServerKey(server, real)));
	};
}

function mayStay(server: VirtualServer, real: RealServer, options: DrainOptions): boolean {
	if (server.protocol !== "tcp") return false;
	if (real.weight > 0) return true;
	if ((options.connections.get(realServerKey(server, real)) ?? 0) === 0) return false;
	return options.now - startOf(server, real, options) < options.limit;
}

/** Since when it has weight 0. Who gave it that weight may have been somebody else; a clock may have been set back. */
function startOf(server: VirtualServer, real: RealServer, { since, now }: DrainOptions): number {
	const start = real.weight === 0 ? since[realServerKey(server, real)] : undefined;
	return start === undefined || start > now ? now : start;
}
