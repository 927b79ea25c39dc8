import { hostPort } from "../../net/ip.ts";
import type { Protocol } from "../../net/protocol.ts";
import type { Outcome } from "../outcome.ts";
import { isTranslated } from "../outcome.ts";
import type { Packet } from "../packet.ts";

/**
 * What the client gets to see, in one or two sentences; undefined: nobody can tell.
 *
 * @param isNear the client is known to be a pod of this node, which sees all its packets
 */
export function replyOf(
	{ from, to: ip, port, protocol, isFromNode }: Packet,
	outcome: Outcome,
	isNear = false,
): string | undefined {
	const dialed = hostPort(ip, port);
	const { verdict, destination, source, isMasqueraded, reject } = outcome;
	const to = hostPort(destination.ip, destination.port);
	switch (verdict) {
		case "unknown":
			return undefined;
		case "dropped":
			return "None. The client waits until it gives up (a timeout).";
		case "rejected":
			return refusal(protocol, reject ?? "an error");
		default: {
			if (!isTranslated(outcome) && !isMasqueraded && source === from) {
				return `Who has the address ${dialed} answers itself, if anybody does.`;
			}
			const sees = `conntrack puts the address back, and the client sees ${dialed} as the source.`;
			if (isFromNode) return `${to} answers this node: ${sees}`;
			return isMasqueraded
				? `${to} answers ${source}, that is this node, which sends it on to ${from}: ${sees}`
				: isNear || verdict === "delivered"
					? `${to} answers ${from} by way of this node: ${sees}`
					: `${to} answers ${from}. If that passes this node, ${sees} If not, the client gets an answer from ${to}, which it never dialed, and drops it.`;
		}
	}
}

/** What a TCP socket of Linux says to an error. Source: measured. */
const ERRORS: readonly (readonly [pattern: RegExp, text: string])[] = [
	[/host-(?:prohibited|unreachable)|admin-prohibited|adm-prohibited|addr-unreach/, "no route to host"],
	[/net-(?:unreachable|prohibited)|no-route/, "network is unreachable"],
	[/proto-unreachable/, "protocol not available"],
];

/** Source: measured with sockets of Linux. */
function refusal(protocol: Protocol, reject: string): string {
	if (reject === "tcp-reset") return "The client gets a TCP reset: connection refused.";
	const told = `The client gets ${reject}`;
	if (protocol === "sctp") return `${told}, which SCTP does not heed: it tries again until it gives up.`;
	if (protocol === "udp") return `${told}: an error for a connected socket, silence for others.`;
	const error = ERRORS.find(([pattern]) => pattern.test(reject))?.[1] ?? "connection refused";
	return reject.startsWith("icmp6")
		? `${told}: ${error}, which TCP over IPv6 notices after a second.`
		: `${told}: ${error}, at once.`;
}
