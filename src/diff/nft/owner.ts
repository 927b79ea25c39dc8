import { nameInText } from "../../kube/comment.ts";
import { readNftName } from "../../kube/nft-names.ts";
import { elementPlace } from "../../lang/nft/canonical.ts";
import { calledByElement } from "../../lang/nft/references.ts";
import type { Element, Rule } from "../../lang/nft/table.ts";
import { parseHostPort } from "../../net/host-port.ts";
import { SHARED } from "../owner.ts";
import type { NftIndex } from "./index.ts";

/** Tells whose something in kube-proxy's table is: a service port (`shop/web:http`), or `shared`. */
export interface NftOwners {
	readonly ofRule: (chain: string, rule: Rule) => string;
	readonly ofElement: (set: string, element: Element) => string;
	/** Of a chain or a set. */
	readonly ofName: (name: string) => string;
}

/**
 * Finds owners in both sides: by the origin of what was compiled, by names of chains, by comments, and for elements that say
 * nothing by other elements for the same address.
 */
export function findNftOwners(sides: readonly NftIndex[]): NftOwners {
	const byPlace = new Map<string, string>();
	const learn = (place: string, owner: string | undefined): void => {
		if (owner !== undefined && !byPlace.has(place)) byPlace.set(place, owner);
	};
	// Whose clients an element concerns says its address; where it leads may be a mistake.
	for (const ownerOf of [ownerByOrigin, ownerByContent]) {
		for (const { sets } of sides) {
			for (const { elements } of sets.values()) {
				for (const element of elements) {
					const owner = ownerOf(element);
					learn(elementPlace(element.key), owner);
					if (element.key.length === 3) learn(elementPlace(element.key.slice(0, 1)), owner);
				}
			}
		}
	}
	for (const side of sides) for (const [place, owner] of endpointsOf(side)) learn(place, owner);
	const ofName = (name: string): string => readNftName(name)?.servicePort ?? SHARED;
	return {
		ofRule: (chain, { origin }) => origin?.subject ?? ofName(chain),
		ofElement: (set, element) => {
			if (set === "nodeport-ips") return SHARED;
			const place = elementPlace(element.key);
			const endpoint = element.key.length === 4 ? elementPlace(element.key.slice(1)) : place;
			return ownerByOrigin(element) ?? byPlace.get(place) ?? byPlace.get(endpoint) ?? SHARED;
		},
		ofName,
	};
}

function ownerByOrigin({ origin }: Element): string | undefined {
	return origin?.subject;
}

function ownerByContent(element: Element): string | undefined {
	return readNftName(calledByElement(element) ?? "")?.servicePort ?? nameInText(element.comment ?? "");
}

/** Endpoints as elements have them, with the service port that translates to them. */
function* endpointsOf({ chains }: NftIndex): Iterable<readonly [place: string, owner: string]> {
	for (const { name, rules } of chains.values()) {
		const owner = readNftName(name)?.servicePort;
		if (owner === undefined) continue;
		for (const { ip, port, protocol } of rules.flatMap(destinationsOf)) {
			yield [elementPlace([ip, protocol, String(port)]), owner];
		}
	}
}

interface Destination {
	readonly ip: string;
	readonly port: number;
	readonly protocol: string;
}

function destinationsOf({ statements }: Rule): readonly Destination[] {
	const test = statements.find((one) => one.kind === "match" && one.left.kind === "meta" && one.left.key === "l4proto");
	const protocol = test?.kind === "match" && test.right.kind === "value" ? test.right.text : "";
	return statements.flatMap((statement) => {
		if (statement.kind === "dnat-map") return statement.entries.map(({ ip, port }) => ({ ip, port, protocol }));
		const single = statement.kind === "dnat" ? parseHostPort(statement.to) : undefined;
		return single === undefined ? [] : [{ ...single, protocol }];
	});
}
