import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { runCommand } from "../../src/apply/run-command.ts";
import { ROOT } from "../support/deploy-documents.ts";
import { isRunning } from "../support/is-running.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";

/** Seconds: far less than what programs here take when they are let, and far more than a busy machine needs. */
const SOON = 5;

/** A script of sh as a program, in a directory of its own, where it is run. */
function program(body: string): { readonly file: string; readonly directory: string } {
	const directory = temporaryDirectory();
	const file = join(directory, "program");
	writeFileSync(file, `#!/bin/sh\ncd '${directory}' || exit 1\n${body}\n`);
	chmodSync(file, 0o755);
	return { file, directory };
}

/** What a program that hangs behind a script is: the script waits for it, and says who it is. */
const BEHIND = "sleep 40 &\necho $! >id\nwait\nexit 0";

async function isGone(directory: string): Promise<void> {
	const id = readFileSync(join(directory, "id"), "utf8").trim();
	await vi.waitFor(() => expect(isRunning(id), `the program ${id} is there`).toBe(false), { timeout: SOON * 1000 });
}

describe("a program that takes too long", () => {
	it("is killed with what it has started, which had its standard output", async () => {
		const { file, directory } = program(BEHIND);
		const start = Date.now();
		const result = await runCommand({ program: file, args: [] }, { timeoutSeconds: 0.5 });
		expect(result).toMatchObject({ kind: "done", exitCode: 124, stderr: "killed, because it took more than 0.5 s" });
		expect(Date.now() - start).toBeLessThan(SOON * 1000);
		await isGone(directory);
	});

	it("is not waited for when something that left its process group goes on printing", async () => {
		const { file, directory } = program("setsid sh -c 'echo $$ >id; exec sleep 40' &\nsleep 40");
		const start = Date.now();
		const result = await runCommand({ program: file, args: [] }, { timeoutSeconds: 0.5 });
		expect(result).toMatchObject({ kind: "done", exitCode: 124 });
		expect(Date.now() - start).toBeLessThan(SOON * 1000);
		process.kill(Number(readFileSync(join(directory, "id"), "utf8")), "SIGKILL");
	});

	it("is not waited for when it has ended and left something behind that has its standard output", async () => {
		const { file, directory } = program("sleep 40 &\necho $! >id\nexit 0");
		const start = Date.now();
		const result = await runCommand({ program: file, args: [] }, { timeoutSeconds: 0.5 });
		expect(result).toMatchObject({ kind: "done", exitCode: 124 });
		expect(Date.now() - start).toBeLessThan(SOON * 1000);
		await isGone(directory);
	});

	it("is let go on when it ends in time, with all that it printed", async () => {
		const { file } = program("cat; echo late >&2; exit 3");
		const stdin = "line\n".repeat(100_000);
		const result = await runCommand({ program: file, args: [], stdin }, { timeoutSeconds: 60 });
		expect(result).toEqual({ kind: "done", exitCode: 3, stdout: stdin, stderr: "late\n" });
	});
});

describe("a program when svcnat is told to stop", () => {
	it("is killed with what it has started", async () => {
		const { file, directory } = program(BEHIND);
		const stopping = new AbortController();
		const running = runCommand({ program: file, args: [] }, { stopping: stopping.signal });
		await hasStarted(directory);
		stopping.abort();
		expect(await running).toMatchObject({ kind: "done", exitCode: 124 });
		await isGone(directory);
	});

	it.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("by %s, is killed with what it has started", async (signal) => {
		const { file, directory } = program(BEHIND);
		const child = await startedIn(directory, runs(file));
		child.kill(signal);
		expect(await once(child, "exit")).toEqual([null, signal]);
		await isGone(directory);
	});

	it("goes on to its end when something else decides what the signal does", async () => {
		const { file, directory } = program(`${BEHIND.replace("40", "1")}`);
		const child = await startedIn(directory, `process.on("SIGTERM", () => {}); ${runs(file)}; process.exit(7)`);
		child.kill("SIGTERM");
		expect(await once(child, "exit")).toEqual([7, null]);
	});
});

function runs(file: string): string {
	const from = JSON.stringify(join(ROOT, "dist/apply/run-command.js"));
	return `const { runCommand } = await import(${from}); await runCommand({ program: ${JSON.stringify(file)}, args: [] })`;
}

/** A process of Node that has started a program. */
async function startedIn(directory: string, script: string): Promise<ChildProcess> {
	const child = spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: "inherit" });
	await hasStarted(directory);
	return child;
}

async function hasStarted(directory: string): Promise<void> {
	await vi.waitFor(() => expect(readFileSync(join(directory, "id"), "utf8")).toMatch(/\n$/), { timeout: SOON * 1000 });
}
