import type { Explanation } from "../explanation.ts";
import { printAddress } from "./print-address.ts";
import { printChain, printSet } from "./print-chain.ts";
import { printNode } from "./print-node.ts";
import { printService } from "./print-service.ts";

/** An explanation for people. Long lists are folded unless `isVerbose`. */
export function printExplanation(explanation: Explanation, isVerbose: boolean): string {
	switch (explanation.kind) {
		case "service":
			return printService(explanation, isVerbose);
		case "address":
			return printAddress(explanation, isVerbose);
		case "chain":
			return printChain(explanation, isVerbose);
		case "set":
			return printSet(explanation, isVerbose);
		case "node":
			return printNode(explanation, isVerbose);
	}
}
