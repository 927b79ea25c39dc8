import { chmodSync, existsSync, readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { afterEach, describe, expect, it, vi } from "vitest";
import { describeKernel } from "../support/kernel-suite.ts";
import { GUARD_REFUSED, guarded, NotIsolatedError, runInNamespace } from "../support/namespace.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";

afterEach(() => {
	vi.unstubAllEnvs();
});

describe.runIf(process.platform === "linux")("the guard before everything that loads rules", () => {
	it("refuses to run a script in the network namespace of the tests", async () => {
		const marker = join(temporaryDirectory(), "marker");
		expect(await run(guarded(`touch ${marker}`))).toMatchObject({ exitCode: GUARD_REFUSED });
		expect(existsSync(marker)).toBe(false);
	});

	it.for([
		"",
		"net:[",
		"/proc/self/ns/net",
		"mnt:[1]",
	])("refuses when it is told that the tests are in %j", async (name) => {
		const marker = join(temporaryDirectory(), "marker");
		const command = guarded(`touch ${marker}`).map((word) => (word.startsWith("net:[") ? name : word));
		expect(await run(command)).toMatchObject({ exitCode: GUARD_REFUSED });
		expect(existsSync(marker)).toBe(false);
	});

	it("stops everything when unshare makes no namespace", async () => {
		const directory = temporaryDirectory();
		const marker = join(directory, "marker");
		writeFileSync(join(directory, "unshare"), '#!/bin/sh\nshift\nexec "$@"\n');
		chmodSync(join(directory, "unshare"), 0o755);
		vi.stubEnv("PATH", `${directory}:${process.env["PATH"]}`);
		await expect(runInNamespace(`touch ${marker}`)).rejects.toThrow(NotIsolatedError);
		expect(existsSync(marker)).toBe(false);
	});
});

await describeKernel("a namespace", "nft", () => {
	it("is not that of the tests", async () => {
		const { stdout } = await runInNamespace("readlink /proc/self/ns/net");
		expect(stdout).toMatch(/^net:\[\d+\]\n$/);
		expect(stdout.trim()).not.toBe(readlinkSync("/proc/self/ns/net"));
	});

	it("leaves nothing behind for the next one", async () => {
		expect(await runInNamespace("nfacct add left-behind && nfacct list")).toMatchObject({
			stdout: expect.stringContaining("left-behind"),
		});
		expect(await runInNamespace("nfacct list")).toEqual({ exitCode: 0, stdout: "", stderr: "" });
	});

	it("hands the standard input to the script and returns what it prints and how it ends", async () => {
		expect(await runInNamespace("cat; echo oh >&2; exit 3", "text\n")).toEqual({
			exitCode: 3,
			stdout: "text\n",
			stderr: "oh\n",
		});
	});
});

async function run([program = "", ...args]: readonly string[]): Promise<{ readonly exitCode?: number | undefined }> {
	return await execa(program, args, { reject: false });
}
