import { afterAll, expect, it } from "vitest";
import { type Fault, runFaults } from "../../support/apply-faults.ts";
import { killsAround, killsAtAnyTime } from "../../support/apply-kills.ts";
import { expectOldOrNew } from "../../support/apply-old-or-new.ts";
import { IS_LONG } from "../../support/is-long.ts";
import { describeKernel } from "../../support/kernel-suite.ts";

/** How many faults are tried in one network namespace. */
const AT_ONCE = 6;

for (const variant of ["legacy", "nft"] as const) {
	await describeKernel(`svcnat apply that is killed, with ${variant} iptables`, variant, () => {
		let count = 0;

		it("leaves each table old or new, and the next run puts it right", async () => {
			const { calls } = await runFaults([], variant);
			const faults = chosen(faultsFor(calls));
			for (let start = 0; start < faults.length; start += AT_ONCE) {
				const run = await runFaults(faults.slice(start, start + AT_ONCE), variant);
				for (const result of run.results) expectOldOrNew(run, result);
				const ends = run.results.map(({ fault, run: { status, stderr } }) => ({
					name: `${fault.name}: ${stderr}`,
					status,
				}));
				for (const { name, status } of ends) expect([137, 0], name).toContain(status);
				count += ends.filter(({ status }) => status === 137).length;
			}
			expect(count).toBeGreaterThanOrEqual(IS_LONG ? 100 : 4);
		}, 3_000_000);

		afterAll(() => console.log(`apply: killed at ${count} points, ${variant}`));
	});
}

/** Before and after each program that svcnat calls, in the middle of each text that it loads, and at any time. */
function faultsFor(calls: readonly string[]): readonly Fault[] {
	const inText = calls.flatMap((call, index): readonly Fault[] => {
		if (!call.includes("-restore ")) return [];
		const bytes = [0, 1, 10, 100, 300, 1000, 2000, 3000, 4000, 6000, 8000, 10_000, 15_000, 20_000, 25_000, 30_000];
		return bytes.map((BYTES) => ({
			name: `killed, and ${call} gets ${BYTES} bytes only`,
			env: { FAULT: "kill-cut", FAULT_AT: index + 1, BYTES },
		}));
	});
	return [...killsAround(calls), ...inText, ...killsAtAnyTime(45)];
}

function chosen(faults: readonly Fault[]): readonly Fault[] {
	return IS_LONG ? faults : faults.filter((_, index) => index % 24 === 5);
}
