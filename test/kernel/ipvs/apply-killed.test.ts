import { afterAll, expect, it } from "vitest";
import type { Step, StepResult } from "../../support/apply-session.ts";
import { describeUnless } from "../../support/describe-unless.ts";
import { OTHERS } from "../../support/ipvs-apply-foreign.ts";
import { type MachineSession, runInMachineSessions } from "../../support/ipvs-apply-machine.ts";
import {
	applyIpvs,
	CLEANUP,
	CLEANUP_WORDS,
	canonTexts,
	caseFiles,
	expectedTexts,
	foreignLinesIn,
	inOneOrder,
	nodeLinks,
	READ_BACK,
	readBack,
} from "../../support/ipvs-apply-texts.ts";
import { randomNumbers, shuffled } from "../../support/ipvs-diff-shuffle.ts";
import { IS_LONG } from "../../support/is-long.ts";
import { oracleCases } from "../../support/oracle.ts";

const SESSIONS = IS_LONG ? 8 : 1;

/** Calls of tools at which a run is ended. The first five only read; no run makes many more than these. */
const CALLS = Array.from({ length: 14 }, (_, index) => index + 4);

const all = CALLS.flatMap((at) => ["before", "after", "cut", "fail"].map((way) => ({ at, way })));
const chosen = IS_LONG ? [...all, ...all] : all;
/** Something is loaded, changed to something else, and taken away, in turns. */
const points = shuffled(chosen, randomNumbers(20261121))
	.slice(0, IS_LONG ? chosen.length : 4)
	.map((point, turn) => ({ ...point, verb: turn % 3 === 2 ? "cleanup" : "apply" }));

/** Cases with every kind of frontend, so that every step has something to do. */
const cases = oracleCases().filter(({ name }) => /^(?:24|98|99)-/.test(name));
const kinds = cases.length;

/** Runs svcnat as a process of its own, which is killed at a call; what was killed is printed. */
function killed(words: readonly string[], at: number, way: string): Step {
	const line = words.map((word) => `'${word.replace(/^@/, "./")}'`).join(" ");
	return {
		shell: `rm -f killed; echo '${at} ${way}' >kill-at; svcnat ${line} >&2; rm kill-at; cat killed 2>/dev/null; true`,
	};
}

const EACH = 5;
const sessions = Array.from({ length: SESSIONS }, (_, index) => {
	const size = Math.ceil(points.length / SESSIONS);
	const own = points.slice(index * size, (index + 1) * size);
	const turns = own.flatMap(({ at, way, verb }, turn): readonly Step[] => {
		const one = cases[turn % kinds];
		if (one === undefined) throw new Error("there are no such cases");
		const words = verb === "apply" ? applyIpvs(one) : CLEANUP_WORDS;
		return [killed(words, at, way), READ_BACK, { svcnat: words }, READ_BACK, { svcnat: words }];
	});
	const steps = [OTHERS, READ_BACK, ...turns, CLEANUP, READ_BACK];
	return { own, session: { name: `points ${index + 1}`, links: nodeLinks(cases), files: caseFiles(cases), steps } };
});
const { problem, results, seconds } = await runInMachineSessions(
	sessions.map(({ session }): MachineSession => session),
);

describeUnless(problem, "apply and cleanup in IPVS mode, ended by SIGKILL", () => {
	const kills: string[] = [];

	it.for(sessions)("$session.name: the next run puts things right, and what others have stays", ({ own, session }) => {
		const [others, first, ...rest] = results.get(session.name) ?? [];
		expect(at(others)).toMatchObject({ status: 0, stderr: "" });
		const before = readBack(at(first));
		const nothing = canonTexts(before, before);
		let previous = nothing;
		for (const [turn, point] of own.entries()) {
			const what = JSON.stringify({ turn, ...point });
			const [kill, broken, heal, texts, again] = rest.slice(turn * EACH, (turn + 1) * EACH);
			kills.push(
				...at(kill)
					.stdout.split("\n")
					.filter((line) => line !== ""),
			);
			expect(foreignLinesIn(readBack(at(broken)), before), what).toEqual(foreignLinesIn(before, before));
			const one = cases[turn % kinds];
			const target = point.verb === "cleanup" || one === undefined ? nothing : canonTexts(expectedTexts(one));
			const left = canonTexts(readBack(at(broken)), before);
			if (point.way === "fail") expect([target, previous], `${what}: ${at(kill).stderr}`).toContainEqual(left);
			previous = target;
			expect(at(heal), `${what}: ${at(kill).stdout} ${at(heal).stderr}`).toMatchObject({ status: 0 });
			const now = readBack(at(texts));
			if (point.verb === "cleanup") expect(inOneOrder(now), what).toEqual(inOneOrder(before));
			else if (one !== undefined) expect(canonTexts(now, before), what).toEqual(canonTexts(expectedTexts(one)));
			expect(foreignLinesIn(now, before), what).toEqual(foreignLinesIn(before, before));
			expect(at(again), what).toMatchObject({ status: 0, stderr: expect.stringContaining("nothing to do") });
		}
		expect(inOneOrder(readBack(at(rest.at(-1))))).toEqual(inOneOrder(before));
	});

	it("enough of them were killed", () => {
		expect(kills.length).toBeGreaterThan(points.length / 2);
	});

	afterAll(() => {
		const tools = new Set(kills.map((line) => line.split(" ").slice(0, 2).join(" ")));
		const text = `${kills.length} of ${points.length} runs killed or failing at ${tools.size} kinds of calls`;
		console.log(`kernel: IPVS: ${text}, ${seconds.toFixed(0)} s`);
	});
});

function at(result: StepResult | undefined): StepResult {
	if (result === undefined) throw new Error("a step is missing");
	return result;
}
