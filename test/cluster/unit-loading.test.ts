import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { execa } from "execa";
import { describe, expect, it } from "vitest";
import { RUN } from "../cli/arguments.ts";
import { SVCNAT } from "../support/svcnat.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";

/** A hook of Node that writes the URL of every module that is loaded into a file. */
const HOOK = `
import { appendFileSync } from "node:fs";
export async function load(url, context, next) {
	appendFileSync(process.env.LOADED, url + "\\n");
	return next(url, context);
}
`;

/** Runs svcnat and gives the URLs of the modules that it loaded. */
async function loadedBy(args: readonly string[]): Promise<{ readonly exitCode: number; readonly modules: string }> {
	const folder = temporaryDirectory();
	const hook = join(folder, "hook.mjs");
	const register = join(folder, "register.mjs");
	const loaded = join(folder, "loaded");
	writeFileSync(hook, HOOK);
	writeFileSync(loaded, "");
	const url = JSON.stringify(pathToFileURL(hook).href);
	writeFileSync(register, `import { register } from "node:module";\nregister(${url});\n`);
	const { exitCode = -1 } = await execa(process.execPath, ["--import", register, SVCNAT, ...args], {
		env: { LOADED: loaded },
		reject: false,
	});
	return { exitCode, modules: readFileSync(loaded, "utf8") };
}

const CLIENT = /@kubernetes\/client-node/;

/** The part of our own code that asks a cluster. */
const READER = /\/bundle\/read-live-cluster-/;

describe("the Kubernetes client", () => {
	it.each([
		["--help", ["--help"]],
		["--version", ["--version"]],
		["dump --help", ["dump", "--help"]],
		["dump -f", RUN],
		["explain -f", ["explain", "node", "-f", ...RUN.slice(2)]],
	])("is not loaded by %s", async (_, args) => {
		const { exitCode, modules } = await loadedBy(args);
		expect(exitCode).toBe(0);
		expect(modules).toMatch(/\/dist\/bundle\/main\.js/);
		expect(modules).not.toMatch(CLIENT);
		expect(modules).not.toMatch(READER);
	});

	it("is loaded to read a cluster", async () => {
		const folder = temporaryDirectory();
		const kubeconfig = join(folder, "config");
		const config = {
			"current-context": "a",
			contexts: [{ name: "a", context: { cluster: "a", user: "a" } }],
			clusters: [{ name: "a", cluster: { server: "https://127.0.0.1:1" } }],
			users: [{ name: "a", user: { token: "s3cret" } }],
		};
		writeFileSync(kubeconfig, JSON.stringify(config));
		const { exitCode, modules } = await loadedBy(["dump", "--kubeconfig", kubeconfig]);
		expect(exitCode).toBe(2);
		expect(modules).toMatch(CLIENT);
		expect(modules).toMatch(READER);
	});
});
