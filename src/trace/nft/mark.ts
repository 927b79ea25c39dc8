import type { Expression } from "../../lang/nft/statement.ts";
import type { Followed } from "./foreign.ts";

/** A mark with a mask laid over it, 32 bits. */
export function maskedMark(mark: number, { operator, bits }: Expression & { readonly kind: "masked-mark" }): number {
	switch (operator) {
		case "and":
			return (mark & bits) >>> 0;
		case "or":
			return (mark | bits) >>> 0;
		default:
			return (mark ^ bits) >>> 0;
	}
}

/** The packet's mark after a statement that sets it. */
export function markAfter(statement: Followed & { readonly kind: "set-mark" | "new-mark" }, mark: number): number {
	if (statement.kind === "new-mark") return ((mark & statement.kept) | statement.bits) >>> 0;
	return statement.value.kind === "masked-mark" ? maskedMark(mark, statement.value) : mark;
}
