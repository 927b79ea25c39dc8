import { backends, type Family } from "../../src/index.ts";
import { parseAddresses } from "../../src/lang/ip/parse.ts";
import { parseSets } from "../../src/lang/ipset/parse.ts";
import type { IpSet } from "../../src/lang/ipset/set.ts";
import { parseTable } from "../../src/lang/ipvs/parse.ts";
import type { NodeState } from "../../src/lang/node-state.ts";
import { familyOf, type IP } from "../../src/net/ip.ts";
import { modelOfCase, type ReadCase } from "./compile-case.ts";
import { stateOf } from "./diff-states.ts";
import { captures } from "./oracle.ts";

/** Both, in the order of the captures. */
export const FAMILIES = ["ipv4", "ipv6"] as const;

/** What the tools of a node print, by name of the part, both families. */
export type NodeTexts = Readonly<Record<string, string>>;

/** What the tools printed in a case in IPVS mode. */
export function capturedTexts(name: string): NodeTexts {
	return Object.fromEntries(captures(name, "ipvs").map(({ file, text }) => [file, text]));
}

/** The text of a part; throws when there is none. */
export function textOf(texts: NodeTexts, part: string): string {
	const text = texts[part];
	if (text === undefined) throw new Error(`there is no ${part}`);
	return text;
}

/** What a node has whose tools printed this: rules of everybody. Throws at a line that is not understood. */
export function ipvsStateOf(texts: NodeTexts, family: Family): NodeState {
	const [servers, sets] = [parseTable(textOf(texts, "ipvsadm.txt")), parseSets(textOf(texts, "ipset.txt"))];
	const addresses = parseAddresses(textOf(texts, "kube-ipvs0.txt"));
	const unknown = [...servers.unknown, ...sets.unknown, ...addresses.unknown];
	if (unknown.length > 0) throw new Error(`not understood: ${JSON.stringify(unknown)}`);
	return {
		...stateOf(textOf(texts, family === "ipv4" ? "save.v4.txt" : "save.v6.txt"), family),
		virtualServers: servers.table.virtualServers.filter(({ ip }) => familyOf(ip as IP) === family),
		sets: sets.sets.filter((set) => familyOfSet(set) === family),
		dummyIPs: addresses.addresses.map(({ ip }) => ip).filter((ip) => familyOf(ip) === family),
	};
}

/** The family of a set; sets of ports tell it by their name alone. */
export function familyOfSet(set: IpSet): Family {
	if (set.type === "bitmap:port") return set.name.startsWith("KUBE-6-") ? "ipv6" : "ipv4";
	return set.family;
}

/** What a node should have, as svcnat compiles it in a mode. */
export function compiledState(read: ReadCase, mode: "iptables" | "ipvs", family: Family): NodeState {
	const model = modelOfCase(read, "1.36", family);
	if (model === undefined) throw new Error(`${read.case.name}: the configuration was refused`);
	return backends[mode]((backend) => backend.state(backend.build(model)));
}
