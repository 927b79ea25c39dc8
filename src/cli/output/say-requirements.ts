import type { Backend } from "../../backend/backend.ts";
import { printCommand } from "../../lang/command.ts";
import { say, type Voice } from "./terminal.ts";

/** Says what has to be there before rules are loaded: without the objects they refer to, the kernel refuses the whole text. */
export function sayRequirements<R>(voice: Voice, backend: Backend<R>, rules: readonly R[]): void {
	const commands = backend.requirements(rules);
	if (commands.length === 0) return;
	const lines = commands.map((command) => `  ${printCommand(command)}`);
	say(voice, "note", backend.requirementsReason, lines);
}
