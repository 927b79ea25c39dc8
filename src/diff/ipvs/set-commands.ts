import type { VirtualServer } from "../../lang/ipvs/table.ts";
import type { NodeState } from "../../lang/node-state.ts";
import type { RuleLine } from "../rule-line.ts";
import { plainSetName } from "./view.ts";

/** Lines for `ipset -exist restore`, by when they run. */
export interface SetCommands {
	/** Before rules and virtual servers: what rules refer to, what closes addresses whose virtual server goes. */
	readonly first: readonly string[];
	/** Behind virtual servers, before addresses: what lets packets through to new virtual servers. */
	readonly opening: readonly string[];
	/** When nothing leads there any more. */
	readonly last: readonly string[];
}

/** Sets that let packets to addresses of kube-ipvs0 pass; others are rejected. Source: IPVS spec, section 6.4. */
const PASSING = ["KUBE-CLUSTER-IP", "KUBE-EXTERNAL-IP", "KUBE-EXTERNAL-IP-LOCAL", "KUBE-LOAD-BALANCER"];

/**
 * Sets that keep packets from being masqueraded. Where all endpoints may answer nobody is in them: a client would get an
 * answer from an address that it has never asked.
 */
const UNMASKING = [
	...["KUBE-EXTERNAL-IP-LOCAL", "KUBE-LOAD-BALANCER-LOCAL"],
	...["KUBE-NODE-PORT-LOCAL-TCP", "KUBE-NODE-PORT-LOCAL-UDP", "KUBE-NODE-PORT-LOCAL-SCTP-HASH"],
];

/**
 * Sets that come behind all others within what is added: what makes source ranges count, what lets packets through, what
 * rejects all the rest.
 */
const ADDED_LATER = ["KUBE-LOAD-BALANCER-FW", ...PASSING, "KUBE-IPVS-IPS"];

/** Splits what has to be added to sets, and taken out, by when it may happen without a packet faring badly. */
export function setCommands(
	removed: readonly RuleLine[],
	added: readonly RuleLine[],
	old: NodeState,
	current: NodeState,
): SetCommands {
	const [before, after] = [passing(old), passing(current)];
	const guarded = new Set([...(old.dummyIPs ?? []), ...(current.dummyIPs ?? [])]);
	const isGuarded = ({ set, entry }: Parts): boolean =>
		PASSING.includes(set) && guarded.has(entry.slice(0, entry.indexOf(",")));
	const isOpening = (parts: Parts): boolean =>
		UNMASKING.includes(parts.set) || (isGuarded(parts) && before?.has(parts.entry) === false);
	const isClosing = (parts: Parts): boolean =>
		UNMASKING.includes(parts.set) || (isGuarded(parts) && after?.has(parts.entry) === false);
	const [creating, adding] = split(added.map(partsOf), ({ verb }) => verb === "create");
	const [destroying, taking] = split(removed.map(partsOf), ({ verb }) => verb === "create");
	const [opening, early] = split(adding, isOpening);
	const [closing, late] = split(taking, isClosing);
	const going = new Set(destroying.map(({ name }) => name));
	return {
		first: [...[...creating, ...inOrder(early)].map(({ text }) => text), ...closing.map(undoing)],
		opening: inOrder(opening).map(({ text }) => text),
		last: [...inOrder(late.filter(({ name }) => !going.has(name))).toReversed(), ...destroying].map(undoing),
	};
}

interface Parts {
	readonly text: string;
	readonly verb: string;
	readonly name: string;
	/** The IPv4 name. */
	readonly set: string;
	/** `10.96.0.1,tcp:443` */
	readonly entry: string;
}

function partsOf({ text }: RuleLine): Parts {
	const [verb = "", name = "", entry = ""] = text.split(" ");
	return { text, verb, name, set: plainSetName(name), entry };
}

/** Entries for the virtual servers of a side; undefined when these are not known. */
function passing({ virtualServers }: NodeState): ReadonlySet<string> | undefined {
	const entryOf = ({ ip, protocol, port }: VirtualServer): string => `${ip},${protocol}:${port}`;
	return virtualServers === undefined ? undefined : new Set(virtualServers.map(entryOf));
}

function inOrder(entries: readonly Parts[]): readonly Parts[] {
	return [...entries].sort((a, b) => ADDED_LATER.indexOf(a.set) - ADDED_LATER.indexOf(b.set));
}

function split(entries: readonly Parts[], is: (one: Parts) => boolean): readonly [readonly Parts[], readonly Parts[]] {
	return [entries.filter(is), entries.filter((one) => !is(one))];
}

/** `add SET ENTRY` as `del SET ENTRY`, `create SET …` as `destroy SET`. */
function undoing({ verb, name, entry }: Parts): string {
	return verb === "add" ? `del ${name} ${entry}` : `destroy ${name}`;
}
