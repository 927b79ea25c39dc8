import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { svcnat } from "./support/svcnat.ts";
import { temporaryDirectory } from "./support/temporary-directory.ts";

/** One folder a case: `case.json`, its input, and `expected/` with every text that comes out. */
const ROOT = fileURLToPath(new URL("../fixtures/golden/", import.meta.url));

/** `UPDATE_GOLDEN=1 npx vitest run test/golden.test.ts` rewrites what is expected. Read the diff before you commit it. */
const isUpdating = process.env["UPDATE_GOLDEN"] === "1";

interface GoldenCase {
	readonly description: string;
	readonly args: readonly string[];
}

describe("golden cases", () => {
	it("are not rewritten in CI", () => {
		expect(isUpdating && process.env["CI"] !== undefined).toBe(false);
	});

	for (const name of readdirSync(ROOT).sort()) {
		const folder = join(ROOT, name);
		const { description, args } = JSON.parse(readFileSync(join(folder, "case.json"), "utf8")) as GoldenCase;
		it(`${name}: ${description}`, async () => {
			const texts = await textsOf(folder, args);
			const expected = join(folder, "expected");
			if (isUpdating) rewrite(expected, texts);
			expect(Object.keys(texts).sort()).toEqual(existsSync(expected) ? readdirSync(expected).sort() : []);
			for (const [file, text] of Object.entries(texts)) {
				expect(text, file).toBe(readFileSync(join(expected, file), "utf8"));
			}
		});
	}
});

/** Every text of a case: what is said on standard error, and the parts of the mode, or the data. */
async function textsOf(folder: string, args: readonly string[]): Promise<Readonly<Record<string, string>>> {
	if (args.includes("-o")) {
		const { stdout, stderr, exitCode } = await svcnat(["dump", ...args], { cwd: folder });
		expect(exitCode).toBe(0);
		return { "stderr.txt": stderr, "rules.json": stdout };
	}
	const directory = temporaryDirectory();
	const { stdout, stderr, exitCode } = await svcnat(["dump", ...args, "--output-dir", directory], { cwd: folder });
	expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 0 });
	const parts = readdirSync(directory).map((file) => [file, readFileSync(join(directory, file), "utf8")]);
	return { "stderr.txt": stderr, ...Object.fromEntries(parts) };
}

function rewrite(expected: string, texts: Readonly<Record<string, string>>): void {
	rmSync(expected, { recursive: true, force: true });
	mkdirSync(expected, { recursive: true });
	for (const [file, text] of Object.entries(texts)) writeFileSync(join(expected, file), text);
}
