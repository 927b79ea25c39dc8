import { entryTexts } from "../../lang/ipset/print.ts";
import type { IpSet } from "../../lang/ipset/set.ts";
import { printTable } from "../../lang/ipvs/print.ts";
import type { RealServer, VirtualServer } from "../../lang/ipvs/table.ts";
import type { NodeState } from "../../lang/node-state.ts";
import { hostCIDR, printCIDR } from "../../net/cidr.ts";
import { hostPort, type IP } from "../../net/ip.ts";
import { SHARED } from "../owner.ts";
import type { RuleLine } from "../rule-line.ts";
import { plainSetName, type ServerNames, serverKey } from "./view.ts";

/** Lines that one side has and the other does not. */
export interface LineChanges {
	readonly removed: readonly RuleLine[];
	readonly added: readonly RuleLine[];
}

/** How virtual servers, sets and addresses differ; what is not known of one side is not compared. */
export function compareIpvs(old: NodeState, current: NodeState, names: ServerNames): LineChanges {
	const owners = ownersOf([old, current], names);
	const parts = [
		compareLines(old.virtualServers, current.virtualServers, (servers) => serverLines(servers, names)),
		compareLines(old.sets, current.sets, (sets) => sets.flatMap((set) => setLines(set, owners))),
		compareLines(old.dummyIPs, current.dummyIPs, (ips) => ips.map((ip) => addressLine(ip, owners))),
	];
	const removed = parts.flatMap((part) => part.removed);
	return { removed: removed.filter((line) => !isDraining(line)), added: parts.flatMap(({ added }) => added) };
}

/** Real servers that are left with weight 0 while their last connections end: kube-proxy takes them away later. */
function isDraining({ tool, text }: RuleLine): boolean {
	return tool === "ipvsadm" && text.startsWith("-a ") && text.endsWith(" -w 0");
}

function compareLines<T>(
	old: T | undefined,
	current: T | undefined,
	linesOf: (value: T) => readonly RuleLine[],
): LineChanges {
	if (old === undefined || current === undefined) return { removed: [], added: [] };
	const [before, after] = [linesOf(old), linesOf(current)];
	return { removed: without(before, after), added: without(after, before) };
}

function without(lines: readonly RuleLine[], others: readonly RuleLine[]): readonly RuleLine[] {
	const known = new Set(others.map(({ text }) => text));
	return lines.filter(({ text }) => !known.has(text));
}

function serverLines(servers: readonly VirtualServer[], names: ServerNames): readonly RuleLine[] {
	return servers.flatMap((server) => {
		const owner = names.get(serverKey(server))?.servicePort ?? serverKey(server);
		const texts = printTable({ virtualServers: [withEqualWeights(server)] })
			.trimEnd()
			.split("\n");
		return texts.map((text) => ({ tool: "ipvsadm", table: undefined, text, owner }) as const);
	});
}

/** These schedulers only ask whether a weight is 0. */
function withEqualWeights(server: VirtualServer): VirtualServer {
	if (server.scheduler !== "rr" && server.scheduler !== "lc") return server;
	return { ...server, realServers: server.realServers.map((real) => ({ ...real, weight: Math.min(real.weight, 1) })) };
}

/** Whose an entry of a set is: by the address and port at its beginning, or the address alone. */
interface EntryOwners {
	readonly byEntry: ReadonlyMap<string, string>;
	readonly byAddress: ReadonlyMap<string, string>;
	readonly byPort: ReadonlyMap<string, string>;
}

function ownersOf(sides: readonly NodeState[], names: ServerNames): EntryOwners {
	const [byEntry, byAddress, byPort] = [
		new Map<string, string>(),
		new Map<string, string>(),
		new Map<string, string>(),
	];
	for (const server of sides.flatMap(({ virtualServers }) => virtualServers ?? [])) {
		const { servicePort: owner, kind } = names.get(serverKey(server)) ?? {};
		if (owner === undefined) continue;
		const entryOf = ({ ip, port }: VirtualServer | RealServer): string => `${ip},${server.protocol}:${port}`;
		// An endpoint may have the address of somebody's virtual server.
		for (const entry of server.realServers.map(entryOf)) if (!byEntry.has(entry)) byEntry.set(entry, owner);
		byEntry.set(entryOf(server), owner);
		byAddress.set(server.ip, owner);
		if (kind === "node port") byPort.set(`${server.protocol} ${server.port}`, owner);
	}
	return { byEntry, byAddress, byPort };
}

function setLines(set: IpSet, owners: EntryOwners): readonly RuleLine[] {
	const line = (text: string, owner: string): RuleLine => ({ tool: "ipset", table: undefined, text, owner });
	// ipset restores no set of ports without its range.
	const option = set.type === "bitmap:port" ? "range 0-65535" : `family ${set.family === "ipv4" ? "inet" : "inet6"}`;
	const entries = entryTexts(set).map((text) => line(`add ${set.name} ${text}`, ownerOfEntry(set, text, owners)));
	return [line(`create ${set.name} ${set.type} ${option}`, SHARED), ...entries];
}

function ownerOfEntry({ name, type }: IpSet, text: string, { byEntry, byAddress, byPort }: EntryOwners): string {
	const [address = "", port] = text.split(",");
	if (type === "bitmap:port") {
		const protocol = /-(TCP|UDP)$/.exec(plainSetName(name))?.[1]?.toLowerCase() ?? "tcp";
		return byPort.get(`${protocol} ${text}`) ?? SHARED;
	}
	return (port === undefined ? byAddress.get(address) : byEntry.get(`${address},${port}`)) ?? SHARED;
}

function addressLine(ip: string, { byAddress }: EntryOwners): RuleLine {
	const text = `address add ${printCIDR(hostCIDR(ip as IP))} dev kube-ipvs0`;
	return { tool: "ip", table: undefined, text, owner: byAddress.get(ip) ?? SHARED };
}

/** Real servers of weight 0 that are not wanted any more: `10.96.0.1:80/tcp` and `10.244.1.5:8080`. */
export function drainingServers(old: NodeState, current: NodeState): readonly (readonly [string, string])[] {
	const wanted = new Set(
		(current.virtualServers ?? []).flatMap((server) =>
			server.realServers.map(({ ip, port }) => `${serverKey(server)} ${hostPort(ip, port)}`),
		),
	);
	return (old.virtualServers ?? []).flatMap((server) =>
		server.realServers
			.filter(({ weight }) => weight === 0)
			.map(({ ip, port }) => [serverKey(server), hostPort(ip, port)] as const)
			.filter(([key, real]) => !wanted.has(`${key} ${real}`)),
	);
}
