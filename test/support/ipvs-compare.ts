import { expect } from "vitest";
import { canon } from "./canon.ts";
import type { IpvsCase } from "./ipvs-case.ts";
import type { IpvsResult } from "./ipvs-load.ts";
import { addresses, reprintedSets, reprintedTable, withoutRandomness } from "./ipvs-read-back.ts";
import { withoutCounts, withSortedTables } from "./kernel-case.ts";

/** Texts of rules, which have an order. */
const SAVES = ["save.v4.txt", "save.v6.txt"] as const;

/** Compares what the kernel has with what svcnat says that it has. */
export function expectSame({ parts }: IpvsCase, { status, stderr, kernel }: IpvsResult): void {
	expect({ status, stderr }).toEqual({ status: "0", stderr: "" });
	expectSameLines("ipset.txt", withoutRandomness(textOf(kernel, "ipset.txt")), textOf(parts, "ipset.txt"));
	expectSameLines("ipvsadm.txt", textOf(kernel, "ipvsadm.txt"), textOf(parts, "ipvsadm.txt"));
	expectSameLines("kube-ipvs0.txt", addresses(textOf(kernel, "kube-ipvs0.txt")), textOf(parts, "kube-ipvs0.txt"));
	expect(textOf(kernel, "sysctls.txt")).toBe(textOf(parts, "sysctls.txt"));
	for (const file of SAVES) {
		expect(withSortedTables(withoutCounts(textOf(kernel, file)))).toBe(withSortedTables(textOf(parts, file)));
	}
}

/** Compares what ipset and ipvsadm printed with what is left of it after parsing and printing. */
export function expectReprintable({ kernel }: IpvsResult): void {
	const [sets, table] = [textOf(kernel, "ipset.txt"), textOf(kernel, "ipvsadm.txt")];
	expect(reprintedSets(sets).unknown).toEqual([]);
	expectSameLines("ipset.txt", reprintedSets(sets).text, withoutRandomness(sets));
	expect(reprintedTable(table).unknown).toEqual([]);
	expectSameLines("ipvsadm.txt", reprintedTable(table).text, table);
}

/** Order has no meaning in sets, virtual servers and addresses. */
function expectSameLines(part: string, actual: string, expected: string): void {
	expect(canon(part, actual)).toBe(canon(part, expected));
}

function textOf(texts: Readonly<Record<string, string>>, name: string): string {
	const text = texts[name];
	if (text === undefined) throw new Error(`there is no ${name}`);
	return text;
}
