import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { expect, it } from "vitest";
import { IS_LONG } from "./support/is-long.ts";
import { SVCNAT } from "./support/svcnat.ts";
import { temporaryDirectory } from "./support/temporary-directory.ts";

const GENERATE = fileURLToPath(new URL("bench/generate-snapshot.js", import.meta.url));
const BENCH = fileURLToPath(new URL("bench/run.js", import.meta.url));

it("the benchmark gives a ratio for every goal, and fails when an output is wrong", async () => {
	// What is measured is compared with what it should be as it goes; times say nothing on a busy machine.
	const { stdout } = await execa(process.execPath, [BENCH, "smoke"]);
	const [head, ...rows] = stdout.split("\n").filter((line) => line !== "");
	expect(head).toMatch(/^what +against +measured +ratio +aim$/);
	expect(rows.length).toBe(22);
	for (const row of rows) expect(row).toMatch(/ \/ [\d.]+ +\d+\.\d\d +[\d.]+ +(?:not )?met$/);
}, 300_000);

/** At the limits of Kubernetes; a fifth of that, in a fifth of the memory, takes a fifth of the time. */
const BIG = IS_LONG ? { services: 10_000, megabytes: 1024 } : { services: 2000, megabytes: 205 };

it(`rules of ${BIG.services} Services with 15 endpoints each take no more than ${BIG.megabytes} MiB of heap`, async () => {
	const file = join(temporaryDirectory(), "snapshot.json");
	const shape = ["--services", String(BIG.services), "--endpoints", "15", "--profile", "mixed"];
	await execa(process.execPath, [GENERATE, ...shape], { stdout: { file } });
	const args = [`--max-old-space-size=${BIG.megabytes}`, SVCNAT, "dump", "-qf", file, "--node", "node-0000"];
	const { stdout } = await execa(process.execPath, args, { maxBuffer: 400_000_000 });
	expect(stdout.split("\n-A ").length - 1).toBeGreaterThan(49 * BIG.services);
});
