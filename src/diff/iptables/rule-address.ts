import type { Rule } from "../../lang/iptables/ruleset.ts";
import type { FrontendView } from "../frontend.ts";

/** What a client dials. */
export interface Address {
	/** Undefined: any address of the node. */
	readonly ip: string | undefined;
	readonly port: number;
	readonly protocol: FrontendView["protocol"];
}

/** The address a dispatch rule is about; undefined when it is about something else, or only part of the traffic to it. */
export function addressOf({ source, destination, inInterface, matches }: Rule): Address | undefined {
	const ports = matches.find((match) => match.kind === "ports");
	if (ports?.destinationPort === undefined || source !== undefined || inInterface !== undefined) return undefined;
	if (destination !== undefined && (destination.isNegated || destination.prefixLength !== undefined)) return undefined;
	return { ip: destination?.address, port: ports.destinationPort, protocol: ports.protocol };
}
