import { existsSync, readFileSync } from "node:fs";

/** Whether a process is there, by its id. What has ended and is not waited for by anybody is no more than a name. */
export function isRunning(id: string): boolean {
	const file = `/proc/${id}/stat`;
	return existsSync(file) && !/\) Z /.test(readFileSync(file, "utf8"));
}
