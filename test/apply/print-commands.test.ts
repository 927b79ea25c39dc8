import { spawnSync } from "node:child_process";
import { expect, it } from "vitest";
import { printCommands } from "../../src/apply/execute.ts";
import type { PlannedCommand } from "../../src/apply/plan.ts";

function planned(script: string, more: Partial<PlannedCommand> = {}, stdin?: string): PlannedCommand {
	const command = { program: "sh", args: ["-c", script], ...(stdin === undefined ? {} : { stdin }) };
	return { command, purpose: "a purpose", isOptional: false, ...more };
}

/** Runs what is printed, as careful people do. */
function run(commands: readonly PlannedCommand[]) {
	const { status, stdout } = spawnSync("sh", ["-e"], { input: printCommands(commands), encoding: "utf8" });
	return { status, stdout };
}

it("a printed script goes on under sh -e after a command that may fail, with and without input", () => {
	const fails = "cat; exit 1";
	const commands = [
		planned(fails, { isFine: () => true }),
		planned(fails, { isOptional: true }, "one\ntwo $HOME\n"),
		planned("cat", {}, "three\n"),
	];
	expect(run(commands)).toEqual({ status: 0, stdout: "one\ntwo $HOME\nthree\n" });
});

it("a printed script ends under sh -e at a command that has to go well", () => {
	expect(run([planned("exit 3", {}, "one\n"), planned("echo more")])).toEqual({ status: 3, stdout: "" });
});
