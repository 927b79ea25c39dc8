import { type HostPort, parseHostPort } from "../../net/host-port.ts";
import type { Protocol } from "../../net/protocol.ts";
import type { ForwardingMethod, IpvsTable, RealServer, VirtualServer } from "./table.ts";

/** What came out of parsing. */
export interface ParsedTable {
	readonly table: IpvsTable;
	/** Lines that are not understood, by number from 1: firewall marks, options that change the meaning. */
	readonly unknown: readonly { readonly line: number; readonly text: string }[];
}

/** Parses what `ipvsadm -Sn` prints, and what `ipvsadm -R` reads. Never throws. */
export function parseTable(text: string): ParsedTable {
	const servers = new Map<string, VirtualServer & { readonly realServers: RealServer[] }>();
	const unknown: { readonly line: number; readonly text: string }[] = [];
	for (const [index, line] of text.split("\n").entries()) {
		const words = line.trim().split(/\s+/);
		if (line.trim() === "" || line.startsWith("#")) continue;
		if (!readLine(servers, words)) unknown.push({ line: index + 1, text: line });
	}
	return { table: { virtualServers: [...servers.values()] }, unknown };
}

type Draft = VirtualServer & { readonly realServers: RealServer[] };

const PROTOCOLS: ReadonlyMap<string, Protocol> = new Map<string, Protocol>([
	["-t", "tcp"],
	["--tcp-service", "tcp"],
	["-u", "udp"],
	["--udp-service", "udp"],
	["--sctp-service", "sctp"],
]);

const FORWARDING: ReadonlyMap<string, ForwardingMethod> = new Map<string, ForwardingMethod>([
	["-m", "masquerade"],
	["-i", "tunnel"],
	["-g", "route"],
]);

function readLine(
	servers: Map<string, Draft>,
	[verb, service = "", address = "", ...options]: readonly string[],
): boolean {
	const protocol = PROTOCOLS.get(service);
	const where = parseHostPort(address);
	if (protocol === undefined || where === undefined) return false;
	const key = `${protocol} ${where.ip} ${where.port}`;
	const server = servers.get(key);
	if (verb === "-A" && server === undefined) {
		const made = virtualServer(protocol, where, options);
		if (made !== undefined) servers.set(key, made);
		return made !== undefined;
	}
	if (verb !== "-a" || server === undefined) return false;
	const real = realServer(options);
	if (real !== undefined) server.realServers.push(real);
	return real !== undefined;
}

function virtualServer(protocol: Protocol, where: HostPort, options: readonly string[]): Draft | undefined {
	const values = pairs(options, ["-s", "-p", "-b"]);
	const persistence = values?.get("-p");
	if (values === undefined || (persistence !== undefined && !/^\d{1,9}$/.test(persistence))) return undefined;
	return {
		protocol,
		...where,
		scheduler: values.get("-s") ?? "wlc",
		persistenceSeconds: persistence === undefined ? undefined : Number(persistence),
		schedulerFlags: values.get("-b"),
		realServers: [],
		origin: undefined,
	};
}

function realServer(options: readonly string[]): RealServer | undefined {
	const method = options.find((word) => FORWARDING.has(word));
	const values = pairs(
		options.filter((word) => word !== method),
		["-r", "-w"],
	);
	const where = parseHostPort(values?.get("-r") ?? "");
	const weight = values?.get("-w") ?? "1";
	if (values === undefined || where === undefined || !/^\d{1,9}$/.test(weight)) return undefined;
	return { ...where, forwarding: FORWARDING.get(method ?? "-g") ?? "route", weight: Number(weight), origin: undefined };
}

/** Options with one value each; undefined when there is one that is not allowed. */
function pairs(words: readonly string[], allowed: readonly string[]): ReadonlyMap<string, string> | undefined {
	const values = new Map<string, string>();
	for (let index = 0; index < words.length; index += 2) {
		const [option = "", value] = words.slice(index, index + 2);
		if (!allowed.includes(option) || value === undefined || values.has(option)) return undefined;
		values.set(option, value);
	}
	return values;
}
