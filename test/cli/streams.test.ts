import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { describe, expect, it } from "vitest";
import { oracleCases } from "../support/oracle.ts";
import { SVCNAT, svcnat } from "../support/svcnat.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { RUN } from "./arguments.ts";

/** The tool of util-linux that gives a program a terminal. */
const SCRIPT = "/usr/bin/script";
const HAS_PTY = existsSync(SCRIPT);

/** Runs a line of bash in which `svcnat` stands for the binary. */
async function bash(script: string) {
	const prelude = `svcnat() { ${JSON.stringify(process.execPath)} ${JSON.stringify(SVCNAT)} "$@"; }\n`;
	return execa("bash", ["-c", prelude + script], { reject: false, input: "" });
}

const BROKEN = [...RUN, "--kube-version", "abc"].join(" ");
const big = oracleCases().find(({ name }) => name.startsWith("100-"))?.snapshotFile ?? "";

describe("standard output and standard error", () => {
	it("keep rules and messages apart", async () => {
		const { stdout, stderr } = await svcnat(RUN);
		expect(stdout).toMatch(/^\*filter\n[\s\S]*COMMIT\n\*nat\n[\s\S]*COMMIT\n$/);
		expect(stdout).not.toMatch(/^(?:note|warning|error):/m);
		expect(stderr).toMatch(/^note: /);
		expect(stderr).not.toMatch(/^(?:\*|:KUBE|-A )/m);
	});

	it("stay silent when the reader goes away", async () => {
		const { stdout, stderr } = await bash(
			`svcnat dump -f ${big} --node worker-1 -q | head -1; echo "\${PIPESTATUS[@]}"`,
		);
		expect(stdout).toBe("*filter\n0 0");
		expect(stderr).toBe("");
	});

	it("stay silent when the reader of the help goes away", async () => {
		const { stdout, stderr } = await bash(`svcnat --help | true; echo "\${PIPESTATUS[@]}"`);
		expect({ stdout, stderr }).toEqual({ stdout: "0 0", stderr: "" });
	});

	it("may be closed", async () => {
		const closed = await bash(`svcnat ${RUN.join(" ")} -q >&-; echo "status $?"`);
		expect({ stdout: closed.stdout, stderr: closed.stderr }).toEqual({ stdout: "status 0", stderr: "" });
		const both = await bash(`svcnat ${RUN.join(" ")} 2>&- | tail -1; echo "\${PIPESTATUS[0]}"`);
		expect(both.stdout).toBe("COMMIT\n0");
	});

	it("give a message and status 2 when the disk is full", async () => {
		const { stdout, stderr } = await bash(`svcnat ${RUN.join(" ")} -q >/dev/full; echo "status $?"`);
		expect(stdout).toBe("status 2");
		expect(stderr).toBe("error: cannot write the result: no space left on device");
	});

	it("give a message and status 2 when only a part fits, never half a result", async () => {
		const file = join(temporaryDirectory(), "rules.txt");
		const { stdout, stderr } = await bash(`ulimit -f 1; svcnat ${RUN.join(" ")} -q >${file}; echo "status $?"`);
		expect(statSync(file).size).toBe(1024);
		expect(stdout).toBe("status 2");
		expect(stderr).toBe("error: cannot write the result: file too large");
	});

	it("give a message and status 2 when the disk is full and help was asked for", async () => {
		const { stdout, stderr } = await bash('svcnat --help >/dev/full; echo "status $?"');
		expect(stdout).toBe("status 2");
		expect(stderr).toBe("error: cannot write the result: no space left on device");
	});

	it("do not mind a full disk behind standard error", async () => {
		const { stdout } = await bash(`svcnat ${RUN.join(" ")} 2>/dev/full | tail -1; echo "\${PIPESTATUS[0]}"`);
		expect(stdout).toBe("COMMIT\n0");
	});
});

describe("colours", () => {
	it("are not used without a terminal", async () => {
		expect((await bash(`svcnat ${BROKEN}`)).stderr).toMatch(/^error: --kube-version/);
	});

	it.runIf(HAS_PTY)("are used on a terminal", async () => {
		expect(await onTerminal(`svcnat ${BROKEN}`)).toContain("\u001b[31merror:\u001b[39m --kube-version");
	});

	it.runIf(HAS_PTY).each([
		["NO_COLOR", `NO_COLOR=1 svcnat ${BROKEN}`],
		["--no-color", `svcnat ${BROKEN} --no-color`],
		["--color=false", `svcnat ${BROKEN} --color=false`],
	])("are switched off on a terminal by %s", async (_, script) => {
		expect(await onTerminal(script)).toMatch(/^error: --kube-version/);
	});

	it.runIf(HAS_PTY)("are used on a terminal with an empty NO_COLOR", async () => {
		expect(await onTerminal(`NO_COLOR= svcnat ${BROKEN}`)).toContain("\u001b[31merror:\u001b[39m ");
	});

	it.runIf(HAS_PTY)("never get into the rules", async () => {
		const text = await onTerminal(`svcnat ${RUN.join(" ")} 2>/dev/null`);
		expect(text).toMatch(/^\*filter/);
		expect(text).not.toContain("\u001b");
	});
});

/** What a run shows on a terminal. */
async function onTerminal(command: string): Promise<string> {
	const script = command.replace("svcnat", `${process.execPath} ${SVCNAT}`);
	const { NO_COLOR, ...env } = process.env;
	const options = { reject: false, input: "", extendEnv: false, env: { ...env, TERM: "xterm" } } as const;
	const { stdout } = await execa(SCRIPT, ["-qec", script, "/dev/null"], options);
	return stdout;
}
