import { afterAll, expect, it } from "vitest";
import {
	HERE,
	METRICS,
	put,
	runsReach,
	STOP,
	shopWith,
	start,
	THERE,
	USAGE,
	usageOf,
	WORKER,
} from "../../support/apply-every.ts";
import { type NamedStep, runNamed } from "../../support/apply-named.ts";
import { IS_LONG } from "../../support/is-long.ts";
import { describeKernel } from "../../support/kernel-suite.ts";

/** Seconds for a session; on a busy machine, a run takes a second. */
const LIMIT = IS_LONG ? 1500 : 150;

/** Between these two, it is compared what is in use. */
const [EARLY, LATE] = IS_LONG ? ([200, 1000] as const) : ([30, 100] as const);

/**
 * Bytes that may come on top: Node compiles what is called for the first time, and takes memory in pieces of 16 MB. Whoever keeps the
 * states of each run needs 4 MB more in a short test already.
 */
const [MOST_HEAP, MOST_MEMORY] = [1_000_000, 40_000_000];

await describeKernel("svcnat apply --every 20ms, many times", "nft", () => {
	let told = "";

	it("does not use more and more memory and files", async () => {
		const at = await runNamed(
			[
				["", put(shopWith(HERE))],
				["", start({ variant: "nft", limitSeconds: LIMIT })],
				...moves(0, EARLY),
				["early", USAGE],
				...moves(EARLY, LATE),
				["late", USAGE],
				["metrics", METRICS],
				["stop", STOP],
			],
			{ addresses: WORKER, limitSeconds: LIMIT },
		);
		const [early, late] = [usageOf(at("early")), usageOf(at("late"))];
		told = `${JSON.stringify(early)} after ${EARLY} runs, ${JSON.stringify(late)} after ${LATE}`;
		expect(at("stop").stderr).not.toMatch(/^error/m);
		expect(at("metrics").stdout).toMatch(/^svcnat_apply_failures_total 0$/m);
		expect(late.files, told).toBeLessThanOrEqual(early.files);
		expect(late.heapUsed - early.heapUsed, told).toBeLessThan(MOST_HEAP);
		expect(late.rss - early.rss, told).toBeLessThan(MOST_MEMORY);
	}, 1_600_000);

	afterAll(() => console.log(`apply --every: ${told}`));
});

/** Waits for runs, up to a number; the endpoint moves four times meanwhile, and in the end it is where it was. */
function moves(from: number, to: number): readonly NamedStep<never>[] {
	const quarters = [1, 2, 3, 4].map((quarter) => from + Math.round(((to - from) * quarter) / 4));
	return quarters.flatMap((count, index) => [
		["", put(shopWith(index % 2 === 0 ? THERE : HERE))] as const,
		["", runsReach(count)] as const,
	]);
}
