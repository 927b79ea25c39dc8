import type { Outcome } from "../../src/trace/outcome.ts";
import type { Packet } from "../../src/trace/packet.ts";

/**
 * What a client notices of a packet that no server answers; undefined: it is answered. Source: measured. SCTP does not
 * believe in errors, TCP over IPv6 believes them only when it has asked again after a second, and a datagram that a virtual
 * server of the node itself rejects is not sent at all.
 */
export function errorOf({ protocol, to, from, isFromNode }: Packet, outcome: Outcome): string | undefined {
	const { verdict, source, destination, steps } = outcome;
	if (verdict === "dropped") return "timeout";
	if (verdict === "rejected") {
		if (protocol === "sctp" || (protocol === "tcp" && to.includes(":"))) return "timeout";
		return isFromNode && protocol === "udp" && steps.at(-1)?.table === "ipvs" ? "EPERM" : "ECONNREFUSED";
	}
	// A machine does not answer itself through another one.
	return !isFromNode && source === destination.ip && from === source ? "timeout" : undefined;
}
