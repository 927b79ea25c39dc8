import { afterAll, expect, it } from "vitest";
import { PLACES } from "../../support/apply-traffic.ts";
import { askInRounds } from "../../support/apply-traffic-datagrams.ts";
import { sum } from "../../support/apply-traffic-expect.ts";
import { applyUnderLoad } from "../../support/apply-traffic-load.ts";
import { describeUnless } from "../../support/describe-unless.ts";
import { WIRED } from "../../support/ipvs-trace-wired.ts";
import { IS_LONG } from "../../support/is-long.ts";
import { labProblem } from "../../support/trace-problem.ts";

const APPLIES = IS_LONG ? 50 : 10;

const SOME = IS_LONG ? PLACES : PLACES.slice(0, 2);

describeUnless(await labProblem(), "traffic while svcnat apply adds and removes an endpoint", () => {
	let [applied, made, used, held, longest] = [0, 0, 0, 0, 0];

	it.each(SOME)("no connection breaks and none fails: $family, $loader", async (place) => {
		const { applies, fared } = await applyUnderLoad(place, APPLIES);
		for (const one of applies) expect(one).toMatchObject({ status: 0, stderr: expect.stringContaining("done:") });
		expect(applies).toHaveLength(APPLIES + 1);
		expect({ errors: fared.errors, broken: fared.broken }).toEqual({ errors: {}, broken: [] });
		// All three endpoints have new connections at every frontend.
		expect(Object.keys(fared.served)).toHaveLength(9);
		expect(sum(Object.values(fared.kept))).toBe(27);
		expect(fared.pings).toBeGreaterThan(27 * 2);
		applied += APPLIES;
		made += sum(Object.values(fared.served));
		held += sum(Object.values(fared.kept));
		used += fared.pings;
		longest = Math.max(longest, fared.longest);
	}, 600_000);

	it.each(SOME)("datagrams follow the endpoints: $family, $loader", async (place) => {
		const rounds = ["bare", "all", undefined, "few", "none", "all"] as const;
		const [before, first, again, few, none, back] = await askInRounds(place, rounds);
		const { pods, remotePod } = WIRED[place.family];
		const everybody: readonly string[] = [...pods, remotePod].sort();
		expect(before?.filter((answer) => everybody.includes(answer))).toEqual([]);
		expect([...new Set(first)].sort()).toEqual(everybody);
		expect(again).toEqual(first);
		// Who was with an endpoint that stays is still there, from the same port.
		expect(few?.filter((answer, index) => answer !== first?.[index] && first?.[index] !== remotePod)).toEqual([]);
		expect([...new Set(few)].sort()).toEqual([...pods].sort());
		expect([...new Set(none)]).toEqual(["ECONNREFUSED"]);
		expect([...new Set(back)].sort()).toEqual(everybody);
	});

	afterAll(() => {
		const connections = `${held} connections held and used ${used} times, ${made} new ones`;
		console.log(`apply: ${applied} applies, ${connections}, the slowest took ${longest.toFixed(2)} s`);
	});
});
