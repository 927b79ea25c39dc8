import { expect } from "vitest";
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

function tablesOf(text: string): ReadonlyMap<string, string> {
	const tables = text.split(/(?<=^COMMIT\n)/m).filter((table) => table !== "");
	return new Map(tables.map((table) => [table.split("\n")[0] ?? "", table]));
}
