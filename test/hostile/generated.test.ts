import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "vitest";
import { type InProcessRun, runInProcess } from "../support/run-in-process.ts";
import { svcnat } from "../support/svcnat.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { GENERATED } from "./generated.ts";
import { NODE_ARGUMENTS } from "./inputs.ts";
import { expectExpectation, expectLaws, OUTPUTS } from "./laws.ts";

describe("hostile bytes and sizes", () => {
	it.each(GENERATED)("$name", async ({ bytes, isDeadly, ...expectation }) => {
		const file = join(temporaryDirectory(), "evil.yaml");
		writeFileSync(file, bytes());
		for (const output of OUTPUTS) {
			const args = ["dump", "-f", file, ...NODE_ARGUMENTS, "-o", output];
			const run = isDeadly === true ? await runInChild(args) : await runInProcess(args);
			const outcome = { ...run, output, file };
			expectLaws(outcome);
			expectExpectation(outcome, expectation);
		}
	});
});

async function runInChild(args: readonly string[]): Promise<InProcessRun> {
	const { exitCode, ...run } = await svcnat(args, { env: { NODE_OPTIONS: "--max-old-space-size=1000" } });
	return { ...run, status: exitCode ?? -1 };
}
