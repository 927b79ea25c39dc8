import type { VirtualServer } from "../../lang/ipvs/table.ts";
import type { IP } from "../../net/ip.ts";
import type { Protocol } from "../../net/protocol.ts";
import type { Outcome } from "../../trace/outcome.ts";
import { subjectOf } from "../../trace/print/words.ts";
import { clientsOf } from "../clients.ts";
import type { ExplainContext, NodeInFamily } from "../context.ts";
import { prepare } from "../prepare.ts";
import { address } from "./words.ts";

/** Says which service ports decide about a new connection of a client outside the cluster; empty: none does. */
export type Owners = (ip: IP, port: number, protocol: Protocol) => readonly string[];

/** Asks the rules of one of the context's nodes: its virtual servers in IPVS mode, else a packet is traced. */
export function ownersIn({ model, state }: NodeInFamily, context: ExplainContext): Owners {
	const servers = state.virtualServers;
	if (servers !== undefined && servers.length > 0) return ownersOfServers(servers);
	const client = clientsOf(model, []).find(({ from }) => from === "outside");
	return (to, port, protocol) => {
		const tracer = prepare(context).find((one) => one.model === model)?.tracer;
		if (client === undefined || tracer === undefined) return [];
		const { ip, inInterface } = client;
		const outcomes = tracer.trace({ from: ip, to, port, protocol, isFromNode: false, inInterface });
		return [...new Set(outcomes.flatMap((outcome) => decider(outcome) ?? []))];
	};
}

function ownersOfServers(servers: readonly VirtualServer[]): Owners {
	let byAddress: ReadonlyMap<string, VirtualServer> | undefined;
	return (ip, port, protocol) => {
		byAddress ??= new Map(servers.map((server) => [address(server.ip, server.port, server.protocol), server]));
		const name = byAddress.get(address(ip, port, protocol))?.origin?.subject;
		return name === undefined ? [] : [name];
	};
}

/** The last rule of a Service decides: a chain that is entered and left again has decided nothing. */
function decider({ steps }: Outcome): string | undefined {
	for (const step of steps.toReversed()) {
		const name = subjectOf(step);
		if (name !== undefined) return name;
	}
	return undefined;
}
