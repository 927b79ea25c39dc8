import { readFileSync } from "node:fs";
import { parseIP } from "../net/ip.ts";
import type { Protocol } from "../net/protocol.ts";
import type { Run } from "./execute.ts";
import { type Connections, realServerKey } from "./ipvs-drain.ts";
import { ReadLiveError } from "./read-tool.ts";

/** The interface that holds the addresses of Services. */
export const DUMMY = "kube-ipvs0";

/** Whether the interface is there, in the network namespace of this process. It is there without any address, too. */
export function hasDummyInterface(): boolean {
	return new RegExp(`^ *${DUMMY}:`, "m").test(readFileSync("/proc/self/net/dev", "utf8"));
}

/** Reads how many connections, active and ending, each real server has. */
export async function readConnections(run: Run): Promise<Connections> {
	return parseConnections(await outputOf(["-Ln"], run));
}

/**
 * Parses what `ipvsadm -Ln` prints.
 *
 *     TCP  10.96.0.1:443 rr
 *       -> 192.0.2.10:6443              Masq    1      3          1
 */
export function parseConnections(text: string): Connections {
	const connections = new Map<string, number>();
	let server: (Where & { readonly protocol: Protocol }) | undefined;
	for (const line of text.split("\n")) {
		const [, protocol, address = ""] = /^(TCP|UDP|SCTP|FWM) +(\S+)/.exec(line) ?? [];
		const where = parseWhere(address);
		if (protocol !== undefined) {
			server = where === undefined ? undefined : { ...where, protocol: protocol.toLowerCase() as Protocol };
			continue;
		}
		const [, real = "", active, ending] = /^ +-> (\S+) +\S+ +\d+ +(\d+) +(\d+)/.exec(line) ?? [];
		const place = parseWhere(real);
		if (server === undefined || place === undefined) continue;
		connections.set(realServerKey(server, place), Number(active) + Number(ending));
	}
	return connections;
}

interface Where {
	readonly ip: string;
	readonly port: number;
}

function parseWhere(text: string): Where | undefined {
	const [, v6, v4, port] = /^(?:\[(.*)\]|([^:[]*)):(\d+)$/.exec(text) ?? [];
	const ip = parseIP(v6 ?? v4 ?? "");
	return ip === undefined ? undefined : { ip, port: Number(port) };
}

/** Reads the timers for TCP, TCP after a FIN, and UDP, in seconds, as `ipvsadm --set` takes them. */
export async function readTimeouts(run: Run): Promise<readonly string[]> {
	const text = await outputOf(["-L", "--timeout"], run);
	return /: (\d+) (\d+) (\d+)/.exec(text)?.slice(1) ?? [];
}

async function outputOf(args: readonly string[], run: Run): Promise<string> {
	const result = await run({ command: { program: "ipvsadm", args }, purpose: "reading", isOptional: false });
	if (result.kind === "done" && result.exitCode === 0) return result.stdout;
	const reason = result.kind === "absent" ? "is not there" : `failed: ${result.stderr.trim()}`;
	throw new ReadLiveError(`ipvsadm ${args.join(" ")} ${reason}`);
}
