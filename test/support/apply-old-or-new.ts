import { expect } from "vitest";
import type { Saved } from "./apply-cases.ts";
import type { FaultResult, FaultRun } from "./apply-faults.ts";
import { foreignLines } from "./diff-foreign.ts";

/** Asserts what has to hold after every fault. */
export function expectOldOrNew({ before, good }: FaultRun, { fault, run, after, next, healed }: FaultResult): void {
	const said = `${fault.name}: ${run.stderr}`;
	for (const family of ["v4", "v6"] as const) {
		const [old, current, found] = [before[family], good[family], after[family]].map(tablesOf);
		for (const [table, text] of found ?? []) {
			expect([old?.get(table) ?? "", current?.get(table) ?? ""], `${said}: ${family} ${table}`).toContain(text);
		}
		expect(foreignLines(after[family]), said).toEqual(foreignLines(before[family]));
	}
	expect(next, `${said}: the next run`).toMatchObject({ status: 0 });
	expect(healed, `${said}: the next run`).toEqual(good);
}

/** The same of the nftables mode, where one transaction changes everything; chains that are empty may be left. */
export function expectAllOldOrNew({ before, good }: FaultRun, { fault, run, after, next, healed }: FaultResult): void {
	const said = `${fault.name}: ${run.stderr}`;
	expect([before, good].map(withoutEmptyChains), said).toContainEqual(withoutEmptyChains(after));
	expect(next, `${said}: the next run`).toMatchObject({ status: 0 });
	expect(healed, `${said}: the next run`).toEqual(good);
}

/** A block of the order-free form, with the head of its table, for a chain of a service port without a rule. */
const EMPTY_CHAIN = /^table ip6? kube-proxy \{\n\tchain \S+\/\S+ \{\n\t\}\n/gm;

function withoutEmptyChains({ v4, v6 }: Saved): Saved {
	return { v4: v4.replaceAll(EMPTY_CHAIN, ""), v6: v6.replaceAll(EMPTY_CHAIN, "") };
}

function tablesOf(text: string): ReadonlyMap<string, string> {
	const tables = text.split(/(?<=^COMMIT\n)/m).filter((table) => table !== "");
	return new Map(tables.map((table) => [table.split("\n")[0] ?? "", table]));
}
