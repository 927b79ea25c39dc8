import type { IpSet } from "../lang/ipset/set.ts";
import type { Match, Side } from "../lang/iptables/ruleset.ts";
import { type CIDR, contains } from "../net/cidr.ts";
import { familyOf, type IP } from "../net/ip.ts";
import { unreachable } from "../unreachable.ts";

/** What sets look at of a packet on its way. */
interface Ends {
	readonly from: string;
	readonly to: string;
	readonly port: number;
}

/** Whether a packet is in a set; undefined: nobody can tell. */
export type SetLookup = (match: Match & { readonly kind: "set" }, ends: Ends, protocol: string) => boolean | undefined;

/** What the sides of a `set` match are of a packet. The source port is not known. */
interface Parts {
	readonly ips: readonly string[];
	readonly ports: readonly (number | undefined)[];
	readonly protocol: string;
}

type Members = (parts: Parts) => boolean | undefined;

/** Makes sets ready to be asked; undefined sets are not known. */
export function indexSets(sets: readonly IpSet[] | undefined): SetLookup {
	const members = new Map((sets ?? []).map((set) => [set.name, membersOf(set)]));
	return ({ set, sides }, ends, protocol) =>
		members.get(set)?.({
			ips: sides.map((side) => (side === "source" ? ends.from : ends.to)),
			ports: sides.map((side) => portOf(side, ends)),
			protocol,
		});
}

function portOf(side: Side, { port }: Ends): number | undefined {
	return side === "destination" ? port : undefined;
}

/** A key of each entry; which side means the address, and which the port, is fixed by the kind of set. */
function membersOf(set: IpSet): Members {
	switch (set.type) {
		case "hash:ip": {
			const keys = new Set(set.entries.map(({ ip }) => ip));
			return ({ ips }) => keys.has(ips[0] ?? "");
		}
		case "bitmap:port": {
			const keys = new Set(set.entries.map(({ port }) => port));
			// Only ports of TCP and UDP can be in such a set. Source: measured.
			return ({ ports: [port], protocol }) => {
				if (protocol !== "tcp" && protocol !== "udp") return false;
				return port === undefined ? undefined : keys.has(port);
			};
		}
		case "hash:ip,port": {
			const keys = new Set(set.entries.map(({ ip, protocol, port }) => `${ip} ${protocol} ${port}`));
			return withPort((parts, port) => keys.has(`${parts.ips[0]} ${parts.protocol} ${port}`));
		}
		case "hash:ip,port,ip": {
			const keys = new Set(set.entries.map(({ ip, protocol, port, ip2 }) => `${ip} ${protocol} ${port} ${ip2}`));
			return withPort((parts, port) => keys.has(`${parts.ips[0]} ${parts.protocol} ${port} ${parts.ips[2]}`));
		}
		case "hash:ip,port,net": {
			const networks = new Map<string, CIDR[]>();
			for (const { ip, protocol, port, network, prefixLength } of set.entries) {
				const key = `${ip} ${protocol} ${port}`;
				const cidr = { family: familyOf(network as IP), network: network as IP, prefixLength };
				const own = networks.get(key);
				if (own === undefined) networks.set(key, [cidr]);
				else own.push(cidr);
			}
			return withPort(({ ips, protocol }, port) =>
				(networks.get(`${ips[0]} ${protocol} ${port}`) ?? []).some((cidr) => contains(cidr, ips[2] as IP)),
			);
		}
		default:
			return unreachable(set);
	}
}

function withPort(has: (parts: Parts, port: number) => boolean): Members {
	return (parts) => {
		const port = parts.ports[1];
		return port === undefined ? undefined : has(parts, port);
	};
}
