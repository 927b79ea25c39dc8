import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { svcnat } from "../support/svcnat.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { GOOD_RULE, OBJECTS, RUN } from "./arguments.ts";

const NODE = ["--node", "worker-1", "--ip-family", "ipv4"];

function service(name: string, ip: string): string {
	return `{apiVersion: v1, kind: Service, metadata: {name: ${name}}, spec: {clusterIP: ${ip}, ports: [{port: 80}]}}\n`;
}

describe("svcnat dump -f", () => {
	it("reads a file", async () => {
		const { stdout, exitCode } = await svcnat(RUN);
		expect(exitCode).toBe(0);
		expect(stdout).toContain(GOOD_RULE);
	});

	it.each([
		["-f", "-"],
		["--filename", "-"],
		["--filename=-"],
		["-f-"],
	])("reads standard input with %s %s", async (...option) => {
		const input = readFileSync(OBJECTS, "utf8");
		const fromFile = await svcnat(RUN);
		const fromInput = await svcnat(["dump", ...option.filter((word) => word !== undefined), ...NODE], { input });
		expect(fromInput).toEqual(fromFile);
	});

	it("calls standard input by that name in messages", async () => {
		const { stdout, stderr, exitCode } = await svcnat(["dump", "-f", "-", ...NODE], { input: "a: [\n" });
		expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 2 });
		expect(stderr).toMatch(/^error: standard input:2:1: cannot be parsed as YAML or JSON: /);
	});

	it("says that an empty standard input holds no object", async () => {
		const { stderr, exitCode } = await svcnat(["dump", "-f", "-", ...NODE]);
		expect({ stderr, exitCode }).toEqual({ stderr: "error: standard input: no object found\n", exitCode: 2 });
	});

	it("refuses standard input twice", async () => {
		const { stderr, exitCode } = await svcnat(["dump", "-f", "-", "-f", "-", ...NODE]);
		expect({ stderr, exitCode }).toEqual({ stderr: "error: -f -: standard input can be given once\n", exitCode: 2 });
	});

	it("can be repeated, and standard input be one of several", async () => {
		const file = join(temporaryDirectory(), "web.yaml");
		writeFileSync(file, service("web", "10.96.0.9"));
		const input = service("other", "10.96.0.10");
		const { stdout, exitCode } = await svcnat([...RUN, "-f", file, "-f", "-"], { input });
		expect(exitCode).toBe(0);
		for (const name of ["ok/good:http", "default/web", "default/other"]) expect(stdout).toContain(`"${name} `);
	});

	it("reads the object files of a directory, and those of its folders with -R only", async () => {
		const directory = temporaryDirectory();
		mkdirSync(join(directory, "below"));
		copyFileSync(OBJECTS, join(directory, "good.yml"));
		writeFileSync(
			join(directory, "web.json"),
			'{"kind":"Service","metadata":{"name":"web"},"spec":{"clusterIP":"10.96.0.9","ports":[{"port":80}]}}',
		);
		writeFileSync(join(directory, "notes.txt"), "a: [");
		writeFileSync(join(directory, "below", "deep.yaml"), service("deep", "10.96.0.10"));
		const flat = await svcnat(["dump", "-f", directory, ...NODE]);
		const deep = await svcnat(["dump", "-f", directory, "-R", ...NODE]);
		expect([flat.exitCode, deep.exitCode]).toEqual([0, 0]);
		expect(flat.stdout).toContain('"default/web ');
		expect(flat.stdout).not.toContain("default/deep");
		expect(deep.stdout).toContain('"default/deep ');
		expect((await svcnat(["dump", "-f", directory, "--recursive", ...NODE])).stdout).toBe(deep.stdout);
	});

	it("says which directory has no object", async () => {
		const directory = temporaryDirectory();
		const { stdout, stderr, exitCode } = await svcnat(["dump", "-f", directory, ...NODE]);
		expect({ stdout, stderr, exitCode }).toEqual({
			stdout: "",
			stderr: `error: ${directory}: no object found\n`,
			exitCode: 2,
		});
	});

	it("says which file is missing", async () => {
		const { stdout, stderr, exitCode } = await svcnat([...RUN, "-f", "/nonexistent/shop.yaml"]);
		expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 2 });
		expect(stderr).toBe("error: /nonexistent/shop.yaml: cannot be read: no such file or directory\n");
	});

	it("says which file cannot be read", async () => {
		const { stdout, stderr, exitCode } = await svcnat([...RUN, "-f", "/proc/self/mem"]);
		expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 2 });
		expect(stderr).toMatch(/^error: \/proc\/self\/mem: cannot be read: .+\n$/);
	});

	it("says that a socket cannot be read", async () => {
		const path = join(temporaryDirectory(), "socket.yaml");
		const server = createServer();
		await new Promise<void>((resolve) => server.listen(path, resolve));
		onTestFinished(() => void server.close());
		const { stdout, stderr, exitCode } = await svcnat([...RUN, "-f", path]);
		expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 2 });
		expect(stderr).toContain(`error: ${path}: cannot be read: `);
	});

	it("says that a configuration file is missing", async () => {
		const { stderr, exitCode } = await svcnat([...RUN, "--config", "/nonexistent.yaml"]);
		expect(exitCode).toBe(2);
		expect(stderr).toBe("error: /nonexistent.yaml: cannot be read: no such file or directory\n");
	});

	it("refuses a configuration that is a directory", async () => {
		const directory = temporaryDirectory();
		const { stderr, exitCode } = await svcnat([...RUN, "--config", directory]);
		expect(exitCode).toBe(2);
		expect(stderr).toBe(`error: ${directory}: cannot be read: is a directory\n`);
	});
});
