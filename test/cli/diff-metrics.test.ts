import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { type Run, svcnat } from "../support/svcnat.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { compareLive, expectTrouble, goodAndBroken, LIVE, written } from "./diff-support.ts";

let good = "";
let broken = "";

beforeAll(async () => {
	({ good, broken } = await goodAndBroken());
});

const live = (...args: readonly string[]): Promise<Run> => compareLive(broken, ...args);

describe("svcnat diff --metrics", () => {
	it("writes what a check found, in one step", async () => {
		const directory = temporaryDirectory();
		const file = join(directory, "svcnat.prom");
		const before = Date.now() / 1000;
		expect((await live("--metrics", file)).exitCode).toBe(1);
		const values = metrics(readFileSync(file, "utf8"));
		expect(values).toMatchObject({ drift: 1, rules_missing: 4, rules_extra: 0, services_affected: 1 });
		expect(values["check_timestamp_seconds"]).toBeGreaterThanOrEqual(before);
		expect(values["check_duration_seconds"]).toBeLessThan(60);
		const equal = await svcnat([...LIVE, "--live", "-", "-q", "--metrics", file], { input: good });
		expect(equal.exitCode).toBe(0);
		expect(metrics(readFileSync(file, "utf8"))).toMatchObject({ drift: 0, rules_missing: 0, services_affected: 0 });
		expect(readdirSync(directory)).toEqual(["svcnat.prom"]);
	});

	it("prints nothing when the file cannot be written, and leaves nothing behind", async () => {
		const directory = temporaryDirectory();
		expectTrouble(await live("--metrics", join(directory, "none", "svcnat.prom")), /: no such file or directory$/m);
		mkdirSync(join(directory, "folder"));
		expectTrouble(
			await live("--metrics", join(directory, "folder")),
			/--metrics .*folder: cannot be written: is a directory/,
		);
		expectTrouble(await live("--metrics", "/proc/svcnat.prom"), /cannot be written/);
		expect(readdirSync(directory)).toEqual(["folder"]);
	});

	it("leaves the file of the last check when there is trouble", async () => {
		const file = written(temporaryDirectory(), "svcnat.prom", "before\n");
		expectTrouble(await svcnat([...LIVE, "--live", "-", "-q", "--metrics", file], { input: broken.slice(0, 2000) }));
		expect(readFileSync(file, "utf8")).toBe("before\n");
	});
});

/** Values by name without `svcnat_`. Every metric has its help and type before it. */
function metrics(text: string): Readonly<Record<string, number>> {
	expect(text).toMatch(/^(?:# HELP (svcnat_\w+) .+\n# TYPE \1 gauge\n\1 [\d.e-]+\n){7}$/);
	return Object.fromEntries(
		[...text.matchAll(/^svcnat_(\w+) (\S+)$/gm)].map(([, name, value]) => [name, Number(value)]),
	);
}
