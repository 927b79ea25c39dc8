import { elementPlace } from "../../lang/nft/canonical.ts";
import { calledByRule } from "../../lang/nft/references.ts";
import type { Rule } from "../../lang/nft/table.ts";
import { parseHostPort } from "../../net/host-port.ts";
import type { NftIndex } from "./index.ts";
import { isMarkingNft } from "./masquerades.ts";

/** The connections that are masqueraded because they come back to where they came from; up to 1.35 rules say it. */
const SET = "hairpin-connections";

/** What is known of a frontend's endpoints. */
export interface Served {
	readonly shares: ReadonlyMap<string, number>;
	/** Of the chains on the way to the endpoints. */
	readonly rules: readonly Rule[];
	readonly protocol: string;
}

/**
 * Endpoints whose own connections through a frontend are not masqueraded. Only those on the node can have any, and which
 * these are shows in what either side has for them.
 *
 * @param hairpins what `nftHairpins` gives for both sides
 */
export function nftWithoutHairpin(side: NftIndex, hairpins: ReadonlySet<string>, served: Served): readonly string[] {
	return side.sets.has(SET) ? outsideSet(side, hairpins, served) : withoutRule(side, served.rules);
}

/** What either side has, as `elementPlace` writes it. */
export function nftHairpins(sides: readonly NftIndex[]): ReadonlySet<string> {
	return new Set(sides.flatMap(({ sets }) => (sets.get(SET)?.elements ?? []).map(({ key }) => elementPlace(key))));
}

function outsideSet(
	{ elementIn }: NftIndex,
	hairpins: ReadonlySet<string>,
	{ shares, protocol }: Served,
): readonly string[] {
	return [...shares.keys()].filter((endpoint) => {
		const where = parseHostPort(endpoint);
		if (where === undefined) return false;
		const key = [where.ip, where.ip, protocol, String(where.port)];
		return hairpins.has(elementPlace(key)) && elementIn(SET, key) === undefined;
	});
}

function withoutRule({ chains }: NftIndex, rules: readonly Rule[]): readonly string[] {
	const called = new Set(rules.flatMap(calledByRule).filter((chain) => chain.startsWith("endpoint-")));
	return [...called].flatMap((chain) => {
		const own = chains.get(chain)?.rules ?? [];
		const to = own.flatMap(({ statements }) => statements).find(({ kind }) => kind === "dnat");
		const endpoint = to?.kind === "dnat" ? to.to : undefined;
		return endpoint === undefined || own.some((rule) => marksSource(rule, endpoint)) ? [] : [endpoint];
	});
}

function marksSource(rule: Rule, endpoint: string): boolean {
	const ip = elementPlace([parseHostPort(endpoint)?.ip ?? ""]);
	const isOwn = rule.statements.some(
		(one) =>
			one.kind === "match" && !one.isNegated && one.right.kind === "value" && elementPlace([one.right.text]) === ip,
	);
	return isOwn && isMarkingNft(rule);
}
