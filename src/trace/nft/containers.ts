import type { Element, NamedSet, Table } from "../../lang/nft/table.ts";
import { unquoted } from "../../lang/nft/tokens.ts";
import { familyOf, parseIP } from "../../net/ip.ts";
import { isMember } from "./member.ts";

/** The sets and maps of one table, ready to be asked. */
export interface Containers {
	/** The family and name of the table, by which a set is remembered for a client. */
	readonly table: string;
	/**
	 * The element with a key, each part as a packet has it: addresses canonical, numbers decimal. A text says why nobody can
	 * tell, undefined means that there is none.
	 */
	readonly find: (set: string, key: readonly string[]) => Element | undefined | Unknown;
	/** Rules put clients into it. */
	readonly isDynamic: (set: string) => boolean;
}

/** Nobody can tell. */
export type Unknown = "unknown";

/** Makes the sets and maps of a table ready, each when it is first asked. */
export function indexContainers(table: Table, name: string): Containers {
	const sets = new Map(table.sets.map((set) => [set.name, set]));
	const known = new Map<string, (key: readonly string[]) => Element | undefined>();
	return {
		table: name,
		isDynamic: (set) => sets.get(set)?.flags.includes("dynamic") === true,
		find: (set, key) => {
			const own = sets.get(set);
			if (own === undefined) return "unknown";
			const ready = known.get(set) ?? indexElements(own);
			known.set(set, ready);
			return ready(key);
		},
	};
}

/** Single values are found by their text; networks, ranges and the like are looked through. */
function indexElements({ elements }: NamedSet): (key: readonly string[]) => Element | undefined {
	const single = new Map<string, Element>();
	const wide: Element[] = [];
	for (const element of elements) {
		if (element.key.some(isWide)) wide.push(element);
		else single.set(element.key.map(canonical).join(" "), element);
	}
	return (key) => single.get(key.join(" ")) ?? wide.find((element) => hasKey(element, key));
}

function hasKey(element: Element, key: readonly string[]): boolean {
	return element.key.every((part, index) => part === "*" || isMember(key[index] ?? "", unquoted(part)) === true);
}

/** `10.0.0.0/8`, `1-1024`, `veth*`, `*`. */
function isWide(part: string): boolean {
	return /[/*]/.test(part) || /^[^a-z]+-/i.test(part);
}

function canonical(part: string): string {
	const ip = /[.:]/.test(part) ? parseIP(part) : undefined;
	if (ip === undefined) return unquoted(part);
	// An address that holds one of IPv4 stays one of IPv6.
	return part.includes(":") && familyOf(ip) === "ipv4" ? part : ip;
}
