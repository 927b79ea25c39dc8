import { chmodSync, existsSync, readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { describe, expect, it } from "vitest";
import { guardedInMachine, NAMESPACE_GUARD, runInMachine } from "../../support/machine.ts";
import { GUARD_REFUSED, NotIsolatedError } from "../../support/namespace.ts";
import { temporaryDirectory } from "../../support/temporary-directory.ts";

const OTHER_BOOT = "00000000-0000-0000-0000-000000000000";

describe.runIf(process.platform === "linux")("the guard of the machine", () => {
	it("refuses to run a script in the kernel of the tests", async () => {
		const marker = join(temporaryDirectory(), "marker");
		expect(await run(guardedInMachine(`touch ${marker}`))).toMatchObject({ exitCode: GUARD_REFUSED });
		expect(existsSync(marker)).toBe(false);
	});

	it.for([
		OTHER_BOOT,
		"",
		"-",
	])("refuses in a kernel that is not user-mode Linux, told that it is not %j", async (id) => {
		const marker = join(temporaryDirectory(), "marker");
		const command = guardedInMachine(`touch ${marker}`).with(4, id);
		expect(await run(command)).toMatchObject({ exitCode: GUARD_REFUSED });
		expect(existsSync(marker)).toBe(false);
	});

	it("stops everything when no machine was booted", async () => {
		const directory = temporaryDirectory();
		const program = join(directory, "ipvs-vm");
		writeFileSync(program, '#!/bin/sh\nwhile [ "$1" != -- ]; do shift; done\nshift\nexec "$@"\n');
		chmodSync(program, 0o755);
		await expect(runInMachine("touch marker", { directory, program })).rejects.toThrow(NotIsolatedError);
		expect(existsSync(join(directory, "marker"))).toBe(false);
	});
});

describe.runIf(process.platform === "linux")("the guard before every case", () => {
	it.for([
		process.platform === "linux" ? readlinkSync("/proc/self/ns/net") : "",
		"",
		"net:[",
		"mnt:[1]",
	])("refuses to go on when the machine is in %j, here or nowhere", async (name) => {
		const marker = join(temporaryDirectory(), "marker");
		const command = ["sh", "-c", `${NAMESPACE_GUARD}\ntouch ${marker}`, "load", name];
		expect(await run(command)).toMatchObject({ exitCode: GUARD_REFUSED });
		expect(existsSync(marker)).toBe(false);
	});
});

async function run([program = "", ...args]: readonly string[]): Promise<{ readonly exitCode?: number | undefined }> {
	return await execa(program, args, { reject: false });
}
