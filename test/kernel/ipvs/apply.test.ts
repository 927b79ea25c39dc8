import { afterAll, expect, it } from "vitest";
import { CALLS, type Step, type StepResult } from "../../support/apply-session.ts";
import { describeUnless } from "../../support/describe-unless.ts";
import { OTHERS } from "../../support/ipvs-apply-foreign.ts";
import { type MachineSession, runInMachineSessions } from "../../support/ipvs-apply-machine.ts";
import {
	AROUND,
	applyIpvs,
	CLEANUP,
	canonTexts,
	caseFiles,
	expectedTexts,
	foreignLinesIn,
	inOneOrder,
	nodeLinks,
	READ_BACK,
	readBack,
} from "../../support/ipvs-apply-texts.ts";
import { IS_LONG } from "../../support/is-long.ts";
import { type OracleCase, oracleCases } from "../../support/oracle.ts";

const cases = oracleCases().filter((_, index) => IS_LONG || index % 13 === 4);
/** Cases one over the other in one namespace; every other time others are there, too. */
const chains = Array.from({ length: IS_LONG ? 8 : 2 }, (_, chain) => {
	const own = cases.filter((_, index) => Math.floor(index / Math.ceil(cases.length / (IS_LONG ? 8 : 2))) === chain);
	return { name: `chain ${chain + 1}: ${own[0]?.name} to ${own.at(-1)?.name}`, own, hasOthers: chain % 2 === 1 };
});

const EACH = 5;
const sessions = chains.map(({ name, own, hasOthers }): MachineSession => {
	const turns = own.flatMap((one): readonly Step[] => {
		// A case without Services, or without EndpointSlices, comes after one that has some.
		return [{ svcnat: applyIpvs(one, "--force") }, READ_BACK, CALLS, { svcnat: applyIpvs(one) }, CALLS];
	});
	const others: Step = hasOthers ? OTHERS : { shell: "" };
	const steps = [others, READ_BACK, AROUND, ...turns, CLEANUP, READ_BACK, AROUND, CLEANUP];
	return { name, links: nodeLinks(own), files: caseFiles(own), steps };
});
const { problem, results, seconds } = await runInMachineSessions(sessions);

describeUnless(problem, "apply and cleanup in IPVS mode", () => {
	let [applied, again] = [0, 0];

	it.for(chains)("$name", ({ name, own, hasOthers }) => {
		const [others, first, around, ...rest] = results.get(name) ?? [];
		expect(at(others)).toMatchObject({ status: 0, stderr: "" });
		const before = readBack(at(first));
		expect(before["ipvsadm.txt"] !== "").toBe(hasOthers);
		for (const [index, one] of own.entries()) {
			const [apply, texts, calls, second, secondCalls] = rest.slice(index * EACH, (index + 1) * EACH);
			expect(at(apply), `${one.name}: ${at(apply).stderr}`).toMatchObject({ status: 0 });
			expectCase(one, at(texts), before);
			if (index === 0) expect(at(calls).stdout).toContain("ipvsadm -R");
			expect(at(second), one.name).toMatchObject({ status: 0, stderr: expect.stringContaining("nothing to do") });
			expect(at(secondCalls).stdout, one.name).toBe("");
			applied++;
			again++;
		}
		const [cleanup, after, aroundAfter, cleanupAgain] = rest.slice(own.length * EACH);
		expect(at(cleanup), at(cleanup).stderr).toMatchObject({ status: 0 });
		expect(inOneOrder(readBack(at(after)))).toEqual(inOneOrder(before));
		expect(at(aroundAfter).stdout).toBe(at(around).stdout);
		expect(at(cleanupAgain)).toMatchObject({ status: 0, stderr: expect.stringContaining("nothing to do") });
	});

	afterAll(() => {
		const text = `${applied} cases applied, ${again} again without a command, ${chains.length} cleaned up`;
		console.log(`kernel: IPVS: ${text}, ${seconds.toFixed(0)} s`);
	});
});

function expectCase(one: OracleCase, result: StepResult, before: ReturnType<typeof readBack>): void {
	const texts = readBack(result);
	expect(canonTexts(texts, before), one.name).toEqual(canonTexts(expectedTexts(one)));
	expect(foreignLinesIn(texts, before), one.name).toEqual(foreignLinesIn(before, before));
}

function at(result: StepResult | undefined): StepResult {
	if (result === undefined) throw new Error("a step is missing");
	return result;
}
