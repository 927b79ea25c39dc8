import { vi } from "vitest";
import { main } from "../../src/cli/main.ts";

/** What a run left behind. */
export interface InProcessRun {
	readonly status: number;
	readonly stdout: string;
	readonly stderr: string;
}

/** Runs the command line inside the test's process, which takes milliseconds; no standard input, no terminal. */
export async function runInProcess(args: readonly string[]): Promise<InProcessRun> {
	const stdout: string[] = [];
	const stderr: string[] = [];
	// Each run of main listens for errors of both streams once.
	process.stdout.setMaxListeners(0);
	process.stderr.setMaxListeners(0);
	const spies = [
		vi.spyOn(process.stdout, "write").mockImplementation(collect(stdout)),
		vi.spyOn(process.stderr, "write").mockImplementation(collect(stderr)),
	];
	try {
		const status = await main(args);
		return { status, stdout: stdout.join(""), stderr: stderr.join("") };
	} finally {
		for (const spy of spies) spy.mockRestore();
	}
}

function collect(into: string[]) {
	return (text: string | Uint8Array, ...rest: unknown[]): boolean => {
		into.push(String(text));
		const done = rest.find((argument) => typeof argument === "function");
		if (typeof done === "function") done();
		return true;
	};
}
