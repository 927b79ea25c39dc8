import type { Command } from "../lang/command.ts";
import type { Family } from "../net/ip.ts";
import type { Telling } from "./change.ts";
import { addressKey, type FrontendView } from "./frontend.ts";

/** A command that makes conntrack forget connections of a service port. */
export interface ConntrackDeletion {
	readonly servicePort: string;
	readonly command: Command;
}

/**
 * The commands that delete what conntrack remembers of UDP connections to endpoints that are gone, to frontends that are
 * gone, and of those that found no endpoint when there was none: their packets would go on as before.
 *
 * Source: iptables spec, section 9.5.
 */
export function conntrackCommands(
	old: readonly FrontendView[],
	current: readonly FrontendView[],
	family: Family,
	telling: Telling,
): readonly ConntrackDeletion[] {
	const after = new Map(current.map((frontend) => [addressKey(frontend), frontend]));
	const before = new Map(old.map((frontend) => [addressKey(frontend), frontend]));
	const gone = old.filter(isUDP).flatMap((frontend) => {
		const now = after.get(addressKey(frontend));
		if (now === undefined) return [deletion(frontend, family)];
		const endpoints = [...frontend.shares.keys()].filter((endpoint) => !now.shares.has(endpoint));
		return endpoints.map((endpoint) => deletion(frontend, family, endpoint));
	});
	const served = current.filter((frontend) => {
		const earlier = before.get(addressKey(frontend));
		// What a node lacks, its clients have tried all the same; what is new nobody has tried before.
		const wasUnserved = earlier === undefined ? telling === "live" : earlier.shares.size === 0;
		return isUDP(frontend) && frontend.shares.size > 0 && wasUnserved;
	});
	const all = [...gone, ...served.map((frontend) => deletion(frontend, family))];
	return [...new Map(all.map((one) => [one.command.args.join(" "), one])).values()];
}

function isUDP({ protocol }: FrontendView): boolean {
	return protocol === "udp";
}

function deletion({ servicePort, ip, port }: FrontendView, family: Family, endpoint?: string): ConntrackDeletion {
	const args = [
		"-D",
		...(family === "ipv6" ? ["-f", "ipv6"] : []),
		...["-p", "udp"],
		...(ip === undefined ? [] : ["--orig-dst", ip]),
		...["--orig-port-dst", String(port)],
		// For IPv6, conntrack 1.4.7 does not look at the address behind --dst-nat and would delete too much.
		...(endpoint === undefined ? [] : [family === "ipv6" ? "--reply-src" : "--dst-nat", addressOf(endpoint)]),
	];
	return { servicePort, command: { program: "conntrack", args } };
}

/** `10.244.1.5:53` and `[fd00::5]:53` without the port. */
function addressOf(endpoint: string): string {
	return endpoint.replace(/:\d+$/, "").replace(/^\[|\]$/g, "");
}
