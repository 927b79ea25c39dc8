import type { NodeState } from "../../lang/node-state.ts";
import type { Family } from "../../net/ip.ts";
import { say, type Voice } from "../output/terminal.ts";
import { haveCommonPart } from "./common-parts.ts";
import type { ReadStates } from "./states.ts";

/** Says which family a listing of nftables does not speak of: a table that is gone leaves nothing there. */
export function sayOneFamily(ipFamily: string | undefined, { states }: ReadStates, voice: Voice): void {
	const [[family, { nft }] = [undefined, { nft: undefined }]] = states;
	if (ipFamily !== undefined || states.size !== 1 || nft === undefined) return;
	const [shown, left] = family === "ipv4" ? ["IPv4", "IPv6"] : ["IPv6", "IPv4"];
	say(
		voice,
		"note",
		`the listing has kube-proxy's table of ${shown} only; ${left} is left out (--ip-family dual compares both)`,
	);
}

/** A family of which a node's texts tell only what another mode left is not compared, while the other one is. */
export function withoutStrangers(
	compiled: ReadStates["states"],
	{ states }: ReadStates,
	voice: Voice,
): ReadStates["states"] {
	const isComparable = ([family, state]: readonly [Family, NodeState]): boolean => {
		const node = states.get(family);
		return node === undefined || haveCommonPart(node, state);
	};
	const comparable = new Map([...compiled].filter(isComparable));
	if (comparable.size === 0) return compiled;
	for (const family of compiled.keys()) {
		if (comparable.has(family)) continue;
		say(voice, "note", `${family}: the node's texts say nothing of the mode that is compared; the family is left out`);
	}
	return comparable;
}
