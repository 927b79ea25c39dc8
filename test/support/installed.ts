import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** Those of the programs that are not in the path. */
export function missingPrograms(programs: readonly string[]): readonly string[] {
	return programs.filter((program) => !isInstalled(program));
}

function isInstalled(program: string): boolean {
	return (process.env["PATH"] ?? "").split(delimiter).some((directory) => {
		try {
			accessSync(join(directory, program), constants.X_OK);
			return true;
		} catch {
			return false;
		}
	});
}
