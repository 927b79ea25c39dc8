import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { expect, it } from "vitest";
import { temporaryDirectory } from "./support/temporary-directory.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const TSC = join(ROOT, "node_modules", "typescript", "bin", "tsc");

/** The library in five lines, as a stranger would use it. */
const PROGRAM = `import { readFileSync } from "node:fs";
import { backends, buildModel, readSnapshot } from "svcnat";
const { snapshot } = readSnapshot([{ value: JSON.parse(readFileSync("snapshot.json", "utf8")) }]);
const { model } = buildModel(snapshot, { node: "n1", family: "ipv4" });
for (const part of backends.iptables((backend) => backend.parts([backend.build(model)]))) console.log(part.name, part.print());
`;

const SNAPSHOT = {
	kind: "List",
	items: [
		{ kind: "Service", metadata: { name: "web" }, spec: { clusterIP: "10.96.0.1", ports: [{ port: 80 }] } },
		{ kind: "Node", metadata: { name: "n1" }, status: { addresses: [{ type: "InternalIP", address: "192.0.2.1" }] } },
	],
};

it("the packed tarball is small, installs into an empty folder, runs, and type-checks in a program that uses it", async () => {
	const packs = temporaryDirectory();
	const { stdout } = await execa("npm", ["pack", "--ignore-scripts", "--json", "--pack-destination", packs], {
		cwd: ROOT,
	});
	const [{ filename, size, files }] = JSON.parse(stdout);
	const tops = new Set(files.map(({ path }: { path: string }) => path.split("/")[0]));
	expect([...tops].sort()).toEqual(["CHANGELOG.md", "LICENSE", "README.md", "bin", "dist", "package.json"]);
	// The library's modules, and all code once more in the command line's bundle.
	expect(size).toBeLessThan(700_000);

	const home = temporaryDirectory();
	writeFileSync(join(home, "package.json"), JSON.stringify({ name: "stranger", private: true, type: "module" }));
	await execa("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", join(packs, filename)], { cwd: home });
	writeFileSync(join(home, "snapshot.json"), JSON.stringify(SNAPSHOT));
	const dumped = await execa("npx", ["--no-install", "svcnat", "dump", "-f", "snapshot.json", "--nfacct", "false"], {
		cwd: home,
	});
	expect(dumped.stdout).toContain('--comment "default/web has no endpoints"');
	const asPlugin = await execa(join(home, "node_modules", ".bin", "kubectl-svcnat"), ["--version"]);
	expect(asPlugin.stdout).toBe(JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")).version);

	await checkProgram(home);
	const run = await execa(process.execPath, ["program.js"], { cwd: home });
	expect(run.stdout).toContain("restore.v4.txt *filter");
	expect(run.stdout).toContain("save.v4.txt *mangle");
});

/** Type-checks the program strictly, declarations of the package included, and compiles it to JavaScript. */
async function checkProgram(home: string): Promise<void> {
	mkdirSync(join(home, "types"));
	writeFileSync(
		join(home, "types", "node.d.ts"),
		'declare module "node:fs" { export function readFileSync(file: string, encoding: "utf8"): string; }\ndeclare const console: { log(...words: string[]): void };\n',
	);
	writeFileSync(join(home, "program.ts"), PROGRAM);
	const compilerOptions = {
		strict: true,
		noEmitOnError: true,
		target: "es2022",
		lib: ["es2023"],
		module: "nodenext",
		types: [],
	};
	const config = { compilerOptions, files: ["program.ts", "types/node.d.ts"] };
	writeFileSync(join(home, "tsconfig.json"), JSON.stringify(config));
	await execa(process.execPath, [TSC, "-p", home], { cwd: home });
}
