import { parseIptables } from "../../src/lang/iptables/parse.ts";
import type { NodeState } from "../../src/lang/node-state.ts";
import type { Family } from "../../src/net/ip.ts";
import { captures } from "./oracle.ts";

/** Both, in the order of the captures. */
export const FAMILIES = ["ipv4", "ipv6"] as const;

/** What a node has whose iptables-save printed this: rules of everybody, and nothing is known of other tools. */
export function stateOf(text: string, family: Family): NodeState {
	const { sections, problems } = parseIptables(text, "save");
	const [section] = sections;
	if (section === undefined || sections.length > 1) throw new Error(`expected one section, got ${sections.length}`);
	if (problems.length > 0) throw new Error(`line ${problems[0]?.line}: ${problems[0]?.message}`);
	const nothingElse = { virtualServers: undefined, sets: undefined, dummyIPs: undefined };
	return { family, iptables: section.tables, ...nothingElse, extent: "node" };
}

/** What iptables-save printed in a case, oldest version first; a version that printed what the one before did is left out. */
export function capturedSaves(name: string, family: Family): readonly string[] {
	const file = family === "ipv4" ? "save.v4.txt" : "save.v6.txt";
	const texts = captures(name, "iptables").filter((capture) => capture.file === file);
	return texts.map(({ text }) => text).filter((text, index, all) => text !== all[index - 1]);
}
