import { indexNft } from "../diff/nft/index.ts";
import { findNftOwners, type NftOwners } from "../diff/nft/owner.ts";
import { tryTransaction } from "../lang/nft/apply-transaction.ts";
import { parseNftTransaction } from "../lang/nft/parse-transaction.ts";
import type { Operation } from "../lang/nft/transaction.ts";
import type { NodeState } from "../lang/node-state.ts";
import type { Blame } from "./bisect.ts";

/**
 * The line that nft names when it refuses a transaction (`/dev/stdin:4:32-35: Error: …`), and whose it is.
 *
 * @param live what the node had before
 * @returns undefined when it was not for a line that the text was refused
 */
export function refusedByNft(text: string, stderr: string, live: readonly NodeState[]): Blame | undefined {
	const number = Number(/\/dev\/stdin:(\d+):/.exec(stderr)?.[1] ?? 0);
	const line = text.split("\n")[number - 1];
	if (line === undefined) return undefined;
	const [operation] = parseNftTransaction(`${line}\n`).transaction;
	const owner = operation === undefined ? undefined : ownerOf(operation, ownersIn(text, live));
	return { kind: "line", line: { number, text: line, owner, callers: [] } };
}

function ownersIn(text: string, live: readonly NodeState[]): NftOwners {
	const before = live.flatMap(({ nft = [] }) => nft);
	const { tables } = tryTransaction(parseNftTransaction(text).transaction, before);
	return findNftOwners(live.flatMap((state) => [indexNft({ ...state, nft: tables }), indexNft(state)]));
}

function ownerOf(operation: Operation, owners: NftOwners): string | undefined {
	switch (operation.kind) {
		case "add-table":
		case "delete-table":
			return undefined;
		case "add-chain":
			return owners.ofName(operation.chain.name);
		case "add-rule":
			return owners.ofRule(operation.chain, operation.rule);
		case "add-set":
			return owners.ofName(operation.set.name);
		case "add-element":
		case "delete-element":
			return owners.ofElement(operation.set, operation.element);
		default:
			return owners.ofName(operation.name);
	}
}
