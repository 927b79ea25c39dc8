import { printTable } from "../../lang/ipvs/print.ts";
import type { NodeState } from "../../lang/node-state.ts";
import type { RuleLine } from "../rule-line.ts";

/** Commands that `ipvsadm -R` reads, in the order of running. */
export interface ServerCommands {
	/** `-D`: virtual servers that go, with all their real servers. */
	readonly gone: readonly string[];
	/** Everything else. New real servers come before old ones go, so that a virtual server is never without any. */
	readonly changed: readonly string[];
}

/**
 * Commands that turn virtual servers of the old side into those of the new one. What is on both sides with other options is
 * edited, so that its connections stay. That is more than what was removed: a real server of weight 0 on the old side is
 * not among that.
 */
export function serverCommands(
	removed: readonly RuleLine[],
	added: readonly RuleLine[],
	{ virtualServers = [] }: NodeState,
): ServerCommands {
	const there = printTable({ virtualServers }).trimEnd().split("\n");
	const [before, after] = [new Set(there.map(identity)), new Set(added.map(({ text }) => identity(text)))];
	const leaving = removed.map(({ text }) => text).filter((text) => !after.has(identity(text)));
	const servers = leaving.filter((text) => text.startsWith("-A "));
	const withServer = new Set(servers.map(serviceOf));
	const alone = leaving.filter((text) => !text.startsWith("-A ") && !withServer.has(serviceOf(text)));
	const isThere = ({ text }: RuleLine): boolean => before.has(identity(text));
	const [edited, made] = [added.filter(isThere), added.filter((line) => !isThere(line))];
	return {
		gone: servers.map((text) => identity(text).replace("-A ", "-D ")),
		changed: [
			...made.map(({ text }) => text),
			...edited.map(({ text }) => text.replace(/^-A /, "-E ").replace(/^-a /, "-e ")),
			...alone.map((text) => identity(text).replace("-a ", "-d ")),
		],
	};
}

/** `-t 10.96.0.1:443` of a line of `ipvsadm -Sn`. */
function serviceOf(text: string): string {
	return text.split(" ").slice(1, 3).join(" ");
}

/** What a line is about, without its options: `-A -t IP:PORT`, `-a -t IP:PORT -r IP:PORT`. */
function identity(text: string): string {
	return text
		.split(" ")
		.slice(0, text.startsWith("-A ") ? 3 : 5)
		.join(" ");
}
