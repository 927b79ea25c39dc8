import type { VirtualServer } from "../../src/lang/ipvs/table.ts";
import type { NodeState } from "../../src/lang/node-state.ts";
import { hostPort } from "../../src/net/ip.ts";

/** The service ports of compiled virtual servers for which something holds, sorted. */
function subjects({ virtualServers = [] }: NodeState, isMeant: (server: VirtualServer) => boolean): readonly string[] {
	const names = virtualServers.filter(isMeant).map(({ origin }) => origin?.subject ?? "nobody");
	return [...new Set(names)].sort();
}

/** Whose a line of `ipvsadm -Sn` is: by its virtual server. */
export function ownersOfServerLine(wanted: NodeState, line: string): readonly string[] {
	const address = line.split(" ")[2] ?? "";
	const isMeant = ({ ip, port, protocol }: VirtualServer): boolean =>
		hostPort(ip, port) === address && line.startsWith({ tcp: "-t", udp: "-u", sctp: "--sctp-service" }[protocol], 3);
	return subjects(wanted, isMeant);
}

/** Whose an address of `kube-ipvs0` is: of every service port there. */
export function ownersOfAddress(wanted: NodeState, line: string): readonly string[] {
	return subjects(wanted, ({ ip }) => line.startsWith(`${ip}/`));
}

/** Whose an entry of a set may be: of those who serve there, or have an endpoint there; `shared` when nobody does. */
export function ownersOfEntry(wanted: NodeState, line: string): readonly string[] {
	const [, set = "", entry = ""] = line.split(" ");
	const [address = "", port] = entry.split(",");
	const isMeant = (server: VirtualServer): boolean => {
		const { protocol, origin, realServers } = server;
		if (!/[.:]/.test(address)) {
			return (
				origin?.reason === "node-port" && set.endsWith(`-${protocol.toUpperCase()}`) && server.port === Number(entry)
			);
		}
		if (port === undefined) return server.ip === address;
		return [server, ...realServers].some((one) => one.ip === address && port === `${protocol}:${one.port}`);
	};
	const names = subjects(wanted, isMeant);
	return names.length > 0 ? names : ["shared"];
}
