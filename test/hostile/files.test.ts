import { describe, expect, it } from "vitest";
import { type InProcessRun, runInProcess } from "../support/run-in-process.ts";
import { INPUTS } from "./inputs.ts";
import { expectExpectation, expectLaws, hasErrors, OUTPUTS } from "./laws.ts";

describe.each(INPUTS)("hostile $kind", ({ kind, table, names, argumentsFor, fileOf }) => {
	it("have an expectation each, and there are enough of them", () => {
		expect(Object.keys(table).sort()).toEqual(names);
		expect(names.length).toBeGreaterThanOrEqual(kind === "snapshots" ? 150 : 40);
	});

	describe.each(names)("%s", (name) => {
		const file = fileOf(name);
		const args = argumentsFor(file);
		const runs = new Map<string, InProcessRun>();
		const expectation = table[name] ?? { codes: ["NO EXPECTATION"] };

		it.each(OUTPUTS)("with -o %s keeps the laws", async (output) => {
			const run = await runInProcess([...args, "-o", output]);
			runs.set(output, run);
			const outcome = { ...run, output, file };
			expectLaws(outcome);
			expectExpectation(outcome, expectation);
		});

		it("with --strict gives nothing when there is an error, and the same as without when there is none", async () => {
			const loose = runs.get("restore") ?? (await runInProcess(args));
			const strict = await runInProcess([...args, "--strict"]);
			const isRefused = loose.status === 2 || hasErrors(loose.stderr);
			expect(strict.status).toBe(isRefused ? 2 : 0);
			expect(strict.stdout).toBe(isRefused ? "" : loose.stdout);
			expectLaws({ ...strict, output: "restore", file });
		});
	});
});
