import { afterAll, expect, it } from "vitest";
import type { Fared } from "../../support/apply-load.ts";
import { describeUnless } from "../../support/describe-unless.ts";
import { loadSession } from "../../support/ipvs-apply-load.ts";
import { runInMachineSessions } from "../../support/ipvs-apply-machine.ts";
import { IS_LONG } from "../../support/is-long.ts";

const APPLIES = IS_LONG ? 50 : 6;

const sessions = (IS_LONG ? (["ipv4", "ipv6"] as const) : (["ipv4"] as const)).map((family) =>
	loadSession(family, APPLIES),
);
const { problem, results, seconds } = await runInMachineSessions(sessions);

describeUnless(problem, "traffic while an endpoint comes and goes in IPVS mode", () => {
	let [made, used, held] = [0, 0, 0];

	it.for(sessions)("$name: no connection breaks and none fails", ({ name, steps }) => {
		const all = results.get(name) ?? [];
		for (const { status, stderr } of all) expect({ status, stderr }).toMatchObject({ status: 0 });
		expect(all).toHaveLength(steps.length + 2);
		const fared: Fared = JSON.parse(all.at(-1)?.stdout ?? "");
		expect({ errors: fared.errors, broken: fared.broken }).toEqual({ errors: {}, broken: [] });
		// All three endpoints have held connections at every frontend, and new ones.
		expect(Object.keys(fared.kept)).toHaveLength(9);
		expect(Object.keys(fared.served)).toHaveLength(9);
		made += sum(fared.served);
		held += sum(fared.kept);
		used += fared.pings;
	});

	afterAll(() => {
		const text = `${APPLIES * sessions.length} applies, ${held} connections held and used ${used} times, ${made} new ones`;
		console.log(`kernel: IPVS: ${text}, ${seconds.toFixed(0)} s`);
	});
});

function sum(counts: Readonly<Record<string, number>>): number {
	return Object.values(counts).reduce((total, count) => total + count, 0);
}
