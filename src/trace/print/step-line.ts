import { rulePrinter } from "../../lang/iptables/print.ts";
import { virtualServerLines } from "../../lang/ipvs/print.ts";
import type { Family } from "../../net/ip.ts";
import type { Step } from "../outcome.ts";

/** Prints what stands behind a step as its tool does: a line of iptables-save or ipvsadm; undefined for ends of chains. */
export function stepPrinter(family: Family): (step: Step) => string | undefined {
	const print = rulePrinter(family, "save");
	return ({ rule, virtualServer, number }) => {
		if (rule !== undefined) return print(rule);
		return virtualServer === undefined ? undefined : virtualServerLines(virtualServer)[number ?? 0];
	};
}
