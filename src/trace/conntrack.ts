import type { Flow } from "./flow.ts";
import type { Chance, Packet } from "./packet.ts";

/** Whether conntrack counts a packet as translated. A translation that changes nothing does not count for it. */
export function statusChance(
	status: "DNAT" | "SNAT",
	{ from, to, port, isTranslated, isMasqueraded }: Flow,
	packet: Packet,
): Chance {
	if (status === "DNAT") return isTranslated && (to !== packet.to || port !== packet.port) ? 1 : 0;
	if (!isMasqueraded && from === packet.from) return 0;
	// Where the address stays the same it depends on the source port, which nobody knows.
	return from === packet.from ? undefined : 1;
}
