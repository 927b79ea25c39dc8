import { describe, expect, it } from "vitest";
import { svcnat } from "../support/svcnat.ts";
import { INPUTS } from "./inputs.ts";
import { expectExpectation, expectLaws, OUTPUTS } from "./laws.ts";

describe.each(INPUTS)("the real binary and hostile $kind", ({ names, table, fileOf, argumentsFor }) => {
	it.concurrent.each(names)("%s", async (name) => {
		const file = fileOf(name);
		const output = OUTPUTS[names.indexOf(name) % OUTPUTS.length] ?? "restore";
		const run = await svcnat([...argumentsFor(file), "-o", output]);
		const outcome = { ...run, status: run.exitCode, output, file };
		expectLaws(outcome);
		expectExpectation(outcome, table[name] ?? { codes: ["NO EXPECTATION"] });
		expect(run.stderr).not.toMatch(/\n {4}at /);
	});
});
