import { afterAll, expect, it } from "vitest";
import { type Fault, runFaults } from "../../support/apply-faults.ts";
import { killsAround, killsAtAnyTime } from "../../support/apply-kills.ts";
import { expectAllOldOrNew } from "../../support/apply-old-or-new.ts";
import { describeUnless } from "../../support/describe-unless.ts";
import { IS_LONG } from "../../support/is-long.ts";
import { nftProblem } from "../../support/nft-load.ts";

/** How many faults are tried in one network namespace. */
const AT_ONCE = 6;

describeUnless(await nftProblem(), "svcnat apply that is killed, nftables mode", () => {
	let count = 0;

	it("leaves both families old or both new, and the next run puts it right", async () => {
		const { calls } = await runFaults([], "nftables");
		expect(calls).toContain("nft --check -f -");
		expect(calls.filter((call) => call === "nft -f -")).toHaveLength(2);
		const around = killsAround(calls);
		const faults = IS_LONG ? [...around, ...killsAtAnyTime(45)] : around.filter(isAtTheLoad);
		for (let start = 0; start < faults.length; start += AT_ONCE) {
			const run = await runFaults(faults.slice(start, start + AT_ONCE), "nftables");
			for (const result of run.results) {
				expectAllOldOrNew(run, result);
				expect([137, 0], `${result.fault.name}: ${result.run.stderr}`).toContain(result.run.status);
				count += result.run.status === 137 ? 1 : 0;
			}
		}
		expect(count).toBeGreaterThanOrEqual(IS_LONG ? 30 : 4);
	}, 1_000_000);

	afterAll(() => console.log(`apply: killed at ${count} points, nftables`));
});

function isAtTheLoad({ name }: Fault): boolean {
	return name.endsWith("nft -f -");
}
