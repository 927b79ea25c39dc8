import type { DnatMap, Expression, Statement, Verdict } from "../../lang/nft/statement.ts";
import type { Element } from "../../lang/nft/table.ts";
import { unquoted } from "../../lang/nft/tokens.ts";
import { hostPort } from "../../net/ip.ts";
import type { Containers, Unknown } from "./containers.ts";
import { isMember, numbersIn } from "./member.ts";
import { type Asked, valueFor } from "./value.ts";

/** A statement that looks its key up in a map. */
export type LookUp = DnatMap | (Statement & { readonly kind: "vmap" });

/** What may be found in a map. */
export interface Choice {
	/** 0-1; what is left of the sum to 1 finds nothing. */
	readonly chance: number;
	/** A destination stands as `ip:port`. */
	readonly found: Verdict | { readonly kind: "dnat"; readonly to: string };
	/** Where the map has a name. */
	readonly element: Element | undefined;
}

/** Everything that a packet may find in a map, in its order. */
export function lookUp(statement: LookUp, asked: Asked, containers: Containers): readonly Choice[] | Unknown {
	const { key } = statement;
	if (statement.kind === "vmap" && typeof statement.map === "string") {
		return lookUpByName(statement.map, key, asked, containers);
	}
	return key.kind === "random" ? draw(statement, key.modulus) : find(statement, key, asked);
}

function lookUpByName(
	map: string,
	key: Expression,
	asked: Asked,
	{ find: findElement }: Containers,
): readonly Choice[] | Unknown {
	const value = valueFor(key, asked);
	if (value === "absent") return [];
	const element = value === "unknown" ? value : findElement(map, value);
	if (element === "unknown") return element;
	const found = element?.value;
	if (found === undefined) return [];
	return found.kind === "data" ? "unknown" : [{ chance: 1, found, element }];
}

interface Entry {
	readonly key: string;
	readonly found: Choice["found"];
}

function entriesOf(statement: LookUp): readonly Entry[] {
	if (statement.kind === "dnat-map") {
		return statement.entries.map(({ key, ip, port }) => ({ key, found: { kind: "dnat", to: hostPort(ip, port) } }));
	}
	const { map } = statement;
	return typeof map === "string" ? [] : map.map(({ key, verdict }) => ({ key, found: verdict }));
}

/** Each number is equally likely. */
function draw(statement: LookUp, modulus: number): readonly Choice[] | Unknown {
	const choices: Choice[] = [];
	for (const { key, found } of entriesOf(statement)) {
		const count = numbersIn(key, modulus);
		if (count === undefined) return "unknown";
		if (count > 0) choices.push({ chance: count / modulus, found, element: undefined });
	}
	return choices;
}

function find(statement: LookUp, key: Expression, asked: Asked): readonly Choice[] | Unknown {
	const [value, ...more] = partsOf(key, asked);
	if (value === undefined) return [];
	if (value === "unknown" || more.length > 0) return "unknown";
	for (const { key: text, found } of entriesOf(statement)) {
		const isFound = isMember(value, unquoted(text));
		if (isFound === undefined) return "unknown";
		if (isFound) return [{ chance: 1, found, element: undefined }];
	}
	return [];
}

/** No parts: the packet has nothing of the kind. */
function partsOf(key: Expression, asked: Asked): readonly string[] {
	const value = valueFor(key, asked);
	if (value === "absent") return [];
	return value === "unknown" ? [value] : value;
}
