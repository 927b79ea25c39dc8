import { spawn } from "node:child_process";
import {
	chmodSync,
	lstatSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	statSync,
	symlinkSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { execa } from "execa";
import { describe, expect, it } from "vitest";
import { expectTrouble } from "../support/api-server/live-run.ts";
import { SVCNAT, svcnat } from "../support/svcnat.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";

/** `svcnat snapshot` of the example into a file. */
function save(file: string) {
	return svcnat(["snapshot", "-f", "fixtures/shop", "--output-file", file]);
}

/** Objects of about 20 MB, so that writing takes a while. */
function bigObjects(file: string): void {
	const objects = Array.from({ length: 20_000 }, (_, index) => ({
		apiVersion: "v1",
		kind: "Service",
		metadata: { name: `svc-${index}`, namespace: "default", resourceVersion: "1", labels: { app: "a".repeat(900) } },
		spec: { clusterIP: `10.96.${index >> 8}.${index & 255}`, ports: [{ port: 80 }] },
	}));
	writeFileSync(file, objects.map((object) => JSON.stringify(object)).join("\n"));
}

describe("svcnat snapshot --output-file", () => {
	it("writes what it would print, for its owner only, and leaves nothing else behind", async () => {
		const folder = temporaryDirectory();
		const file = join(folder, "cluster.yaml");
		writeFileSync(file, "old", { mode: 0o644 });
		const run = await save(file);
		expect({ stdout: run.stdout, exitCode: run.exitCode }).toEqual({ stdout: "", exitCode: 0 });
		expect(run.stderr).toMatch(/cluster\.yaml: \d+ objects/);
		expect(readFileSync(file, "utf8")).toBe((await svcnat(["snapshot", "-f", "fixtures/shop"])).stdout);
		expect(statSync(file).mode & 0o777).toBe(0o600);
		expect(readdirSync(folder)).toEqual(["cluster.yaml"]);
	});

	it("writes where a symbolic link leads, and leaves the link", async () => {
		const folder = temporaryDirectory();
		mkdirSync(join(folder, "data"));
		writeFileSync(join(folder, "data", "real.yaml"), "old");
		symlinkSync("data/real.yaml", join(folder, "link.yaml"));
		expect((await save(join(folder, "link.yaml"))).exitCode).toBe(0);
		expect(lstatSync(join(folder, "link.yaml")).isSymbolicLink()).toBe(true);
		expect(readFileSync(join(folder, "data", "real.yaml"), "utf8")).toMatch(/^apiVersion: svcnat\.dev\/v1/);
	});

	it("refuses directories and devices, whose place no file may take", async () => {
		const folder = temporaryDirectory();
		expectTrouble(await save(folder), "--output-file", "expected the name of a file, found a directory or device");
		expectTrouble(await save("/dev/null"), "--output-file /dev/null: expected the name of a file");
		expect(statSync("/dev/null").isCharacterDevice()).toBe(true);
	});

	it("says why it cannot write, and leaves no draft", async () => {
		const folder = temporaryDirectory();
		expectTrouble(await save(join(folder, "none", "cluster.yaml")), "cannot be written: no such file or directory");
		writeFileSync(join(folder, "file"), "");
		expectTrouble(await save(join(folder, "file", "cluster.yaml")), "cannot be written: not a directory");
		symlinkSync("nowhere.yaml", join(folder, "dangling.yaml"));
		expectTrouble(await save(join(folder, "dangling.yaml")), "cannot be written: no such file or directory");
		expectTrouble(await save("/proc/cluster.yaml"), "--output-file /proc/cluster.yaml: cannot be written");
		expect(readdirSync(folder).sort()).toEqual(["dangling.yaml", "file"]);
	});

	it.skipIf(process.getuid?.() === 0)(
		"says that it has no right to write there [skipped as root, who has it]",
		async () => {
			const folder = temporaryDirectory();
			chmodSync(folder, 0o500);
			expectTrouble(await save(join(folder, "cluster.yaml")), "permission denied");
			chmodSync(folder, 0o700);
		},
	);

	it("leaves the old file and no draft when there is no room for the new one", async () => {
		const folder = temporaryDirectory();
		const file = join(folder, "cluster.yaml");
		writeFileSync(file, "old");
		// The same failure in the middle of writing as on a full disk, without root: files may have 4 blocks.
		const command = 'trap "" XFSZ; ulimit -f 4; exec "$@"';
		const args = [
			"-c",
			command,
			"-",
			process.execPath,
			SVCNAT,
			"snapshot",
			"-f",
			"fixtures/shop",
			"--output-file",
			file,
		];
		const run = await execa("bash", args, { reject: false });
		expect(run.exitCode).toBe(2);
		expect(run.stderr).toMatch(/error: --output-file .*: cannot be written: /);
		expect(readFileSync(file, "utf8")).toBe("old");
		expect(readdirSync(folder)).toEqual(["cluster.yaml"]);
	});

	it("is whole, old or new, whenever the process is killed", async () => {
		const folder = temporaryDirectory();
		const [input, file] = [join(folder, "input.json"), join(folder, "cluster.yaml")];
		bigObjects(input);
		const args = [SVCNAT, "snapshot", "-f", input, "-q", "--output-file", file];
		expect((await execa(process.execPath, args)).exitCode).toBe(0);
		const whole = readFileSync(file, "utf8");
		expect(whole.length).toBeGreaterThan(15_000_000);
		let drafts = 0;
		for (const delay of [0, 2, 8, 24]) {
			writeFileSync(file, "old");
			const child = spawn(process.execPath, args, { stdio: "ignore" });
			const ended = new Promise((resolve) => child.on("close", resolve));
			while (child.exitCode === null && readdirSync(folder).length === 2) await setTimeout(1);
			await setTimeout(delay);
			child.kill("SIGKILL");
			await ended;
			const left = readFileSync(file, "utf8");
			expect(left === "old" || left === whole).toBe(true);
			drafts += readdirSync(folder).filter((name) => name.endsWith(".new")).length;
			await execa("find", [folder, "-name", ".cluster.yaml.*.new", "-delete"]);
		}
		// At least one was killed while it wrote: what is tested did happen.
		expect(drafts).toBeGreaterThan(0);
	});
});
