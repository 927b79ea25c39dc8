import type { Target } from "./ruleset.ts";

/** Extensions behind which a packet goes on to the next rule, with its mark, addresses and state as they were. */
const PASSING: ReadonlySet<string> = new Set(
	"AUDIT CHECKSUM CLASSIFY CONNSECMARK DSCP ECN HL IDLETIMER LED LOG NFLOG RATEEST SECMARK SET TCPMSS TCPOPTSTRIP TEE TOS TRACE TTL ULOG".split(
		" ",
	),
);

/** Whether a target lets every packet go on to the next rule, and changes nothing that rules of the tables look at. */
export function isPassing(target: Target): boolean {
	return target.kind === "unknown" && PASSING.has(target.words[0] ?? "");
}
