import { expect } from "vitest";
import {
	addressesOf,
	applyCase,
	capturedSaves,
	foreignText,
	ownRules,
	type Saved,
	savedTexts,
	saveStep,
} from "./apply-cases.ts";
import { CALLS, fileText, NOTING, runSession, type Step } from "./apply-session.ts";
import { canonRules } from "./canon.ts";
import { foreignLines } from "./diff-foreign.ts";
import { counters, sets } from "./diff-kernel.ts";
import type { Variant } from "./kernel-load.ts";
import type { OracleCase } from "./oracle.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

/** What a chain of cases came to. */
export interface ChainCounts {
	readonly applied: number;
	readonly appliedAgain: number;
}

/**
 * Applies cases one over the other in one network namespace, each twice, then cleans up. The kernel has to hold what was
 * captured, the second time no command may run, and in the end everything is as it was.
 *
 * @param dump what others have on the node, a file of fixtures/dumps without the variant; undefined: nothing
 */
export async function expectChain(
	cases: readonly OracleCase[],
	variant: Variant,
	dump: string | undefined,
): Promise<ChainCounts> {
	const directory = temporaryDirectory();
	const others = dump === undefined ? [] : othersOf(dump, variant);
	const save = saveStep(variant);
	const steps: readonly Step[] = [
		...others,
		save,
		...cases.flatMap((oracleCase): readonly Step[] => {
			const words = applyCase(oracleCase, variant, directory);
			// A case without Services, or without EndpointSlices, comes after one that has some.
			return [{ svcnat: [...words, "--force"] }, save, CALLS, { svcnat: words }, CALLS];
		}),
		{ svcnat: ["cleanup", "--iptables", variant, "--state-dir", directory] },
		save,
	];
	const results = await runSession(steps, { addresses: addressesOf(cases), programs: NOTING, directory });
	for (const { status, stderr } of results.slice(0, others.length))
		expect({ status, stderr }).toMatchObject({ status: 0 });
	const [first, ...rest] = results.slice(others.length);
	const before = savedTexts(at(first));
	if (dump !== undefined) expect(foreignLines(before.v4)).not.toEqual({});
	for (const [index, oracleCase] of cases.entries()) {
		const [apply, saved, calls, again, callsAgain] = rest.slice(index * 5, index * 5 + 5);
		expect(at(apply), `${oracleCase.name}: ${at(apply).stderr}`).toMatchObject({ status: 0 });
		expectCaptured(savedTexts(at(saved)), before, oracleCase);
		expect(at(calls).stdout, oracleCase.name).toMatch(index === 0 ? /-restore -w 5 --noflush/ : /^/);
		expect(at(again), oracleCase.name).toMatchObject({ status: 0, stderr: expect.stringContaining("nothing to do") });
		expect(at(callsAgain).stdout, oracleCase.name).toBe("");
	}
	const [cleanup, after] = rest.slice(-2);
	expect(at(cleanup)).toMatchObject({ status: 0 });
	expect(savedTexts(at(after))).toEqual(before);
	return { applied: cases.length, appliedAgain: cases.length };
}

function at<T>(value: T | undefined): T {
	if (value === undefined) throw new Error("a step is missing");
	return value;
}

function expectCaptured(saved: Saved, before: Saved, oracleCase: OracleCase): void {
	for (const family of ["v4", "v6"] as const) {
		const captured = capturedSaves(oracleCase, family);
		// Two cases have no capture of IPv6: the kube-proxy that was captured had none.
		if (captured.length === 0) continue;
		const what = `${oracleCase.name}, IP${family}`;
		if (before[family] === "") expect(captured, what).toContain(canonRules(saved[family]));
		else expect(captured.map(ownRules), what).toContain(ownRules(saved[family]));
		expect(foreignLines(saved[family]), what).toEqual(foreignLines(before[family]));
	}
}

/** Commands that load rules of others, in both families, and what those refer to. */
export function othersOf(dump: string, variant: Variant): readonly Step[] {
	const texts = [
		{ family: "ipv4", text: foreignText(fileText(`fixtures/dumps/${dump}.${variant}.txt`)) },
		{ family: "ipv6", text: foreignText(fileText(`fixtures/dumps/ip6.${variant}.txt`)) },
	] as const;
	return texts.flatMap(({ family, text }): readonly Step[] => [
		...[...counters(text), ...sets(text, { family, variant })].map((shell) => ({ shell })),
		{ shell: `${family === "ipv4" ? "iptables" : "ip6tables"}-${variant}-restore`, input: text },
	]);
}
