import type { RealServer, VirtualServer } from "../lang/ipvs/table.ts";
import { hostPort } from "../net/ip.ts";

/** Finds the virtual server of an address. */
export type FindVirtualServer = (ip: string, protocol: string, port: number) => VirtualServer | undefined;

/** Makes virtual servers ready to be asked. */
export function indexVirtualServers(servers: readonly VirtualServer[]): FindVirtualServer {
	const known = new Map(servers.map((server) => [keyOf(server.ip, server.protocol, server.port), server]));
	return (ip, protocol, port) => known.get(keyOf(ip, protocol, port));
}

function keyOf(ip: string, protocol: string, port: number): string {
	return `${protocol} ${ip} ${port}`;
}

/** Where a part of all new connections goes. */
export interface Share {
	/** Undefined: they are refused. */
	readonly realServer: RealServer | undefined;
	/** From 1, as ipvsadm lists the real servers. */
	readonly number: number | undefined;
	/** 0-1; those of all shares are 1 together. */
	readonly share: number;
}

/** Schedulers that give more connections to servers of more weight. Source: measured. */
const WEIGHTED: readonly string[] = ["wrr", "wlc", "sed", "nq", "mh", "sh"];

/** Schedulers that send everybody to the server of most weight, as long as it has room. Source: measured. */
const HEAVIEST: readonly string[] = ["fo", "ovf"];

interface Numbered {
	readonly realServer: RealServer;
	readonly number: number;
}

/**
 * Who gets a new connection. Round robin and the schedulers that count connections come to equal shares, or shares by
 * weight. Those that look at addresses do so over many clients (`sh`, `mh`), or over many virtual servers: of one virtual
 * server `dh` sends all connections to the same real server, and so do `lblc` and `lblcr` as long as that one is not
 * overloaded; nobody here knows to which. Source: measured.
 *
 * @param affinity the real server (`ip:port`) to which the client was sent before
 */
export function sharesOf(server: VirtualServer, affinity: string | undefined): readonly Share[] {
	const numbered = server.realServers.map((realServer, index) => ({ realServer, number: index + 1 }));
	const open = numbered.filter(({ realServer }) => realServer.weight > 0);
	const known =
		server.persistenceSeconds === undefined
			? undefined
			: open.find(({ realServer: { ip, port } }) => hostPort(ip, port) === affinity);
	if (known !== undefined) return [{ ...known, share: 1 }];
	if (open.length === 0) return [{ ...REFUSED, share: 1 }];
	if (HEAVIEST.includes(server.scheduler)) return heaviest(open).map((one) => ({ ...one, share: 1 }));
	const parts = byWeight(hashesToClosed(server) ? numbered : open, server.scheduler);
	const closed = parts.reduce((sum, { realServer, share }) => sum + (realServer.weight === 0 ? share : 0), 0);
	const served = parts.filter(({ realServer }) => realServer.weight > 0);
	return closed === 0 ? served : [...served, { ...REFUSED, share: closed }];
}

const REFUSED = { realServer: undefined, number: undefined };

/**
 * Hash tables of addresses have places for servers of weight 0 too, as many as for weight 1, and whoever comes to one is
 * refused. Source: measured.
 */
function hashesToClosed({ scheduler, schedulerFlags = "" }: VirtualServer): boolean {
	return scheduler === "dh" || (scheduler === "sh" && !schedulerFlags.includes("sh-fallback"));
}

function byWeight(servers: readonly Numbered[], scheduler: string): readonly (Numbered & { readonly share: number })[] {
	const weightOf = ({ weight }: RealServer): number => (WEIGHTED.includes(scheduler) ? Math.max(weight, 1) : 1);
	const sum = servers.reduce((total, { realServer }) => total + weightOf(realServer), 0);
	return servers.map((one) => ({ ...one, share: weightOf(one.realServer) / sum }));
}

function heaviest(servers: readonly Numbered[]): readonly Numbered[] {
	return servers.toSorted((a, b) => b.realServer.weight - a.realServer.weight).slice(0, 1);
}
