import { expect, it } from "vitest";
import { readDuration } from "../../src/cli/apply/every.ts";
import { runInProcess } from "../support/run-in-process.ts";

it.each([
	["30s", 30_000],
	["30", 30_000],
	["0.5", 500],
	["1.5m", 90_000],
	["20ms", 20],
	["1m30s", 90_000],
	["1h0m0.5s", 3_600_500],
	["24h", 86_400_000],
	["86400", 86_400_000],
])("%s is a time", (text, milliseconds) => {
	expect(readDuration("--every", text)).toBe(milliseconds);
});

it.each(["", "0", "0s", "soon", "-1", "1d", "25h", "86401", "1e3", ".5", "1m30", "30 s"])("%j is none", (text) => {
	expect(() => readDuration("--every", text)).toThrow(
		`--every: expected a time from 1ms to 24h, like 30s, got ${JSON.stringify(text)}`,
	);
});

it.each(["0", "0s", "0ms"])("%s is a time where none at all will do", (text) => {
	expect(readDuration("--lock-timeout", text, 0)).toBe(0);
});

it.each([
	["apply", "--command-timeout", "0", "from 1ms to 24h"],
	["cleanup", "--command-timeout", "never", "from 1ms to 24h"],
	["cleanup", "--lock-timeout", "25h", "from 0 to 24h"],
])("svcnat %s %s %s is refused, with what is expected", async (command, option, text, range) => {
	const files = command === "apply" ? ["-f", "fixtures/shop", "--node", "worker-1"] : [];
	const { status, stderr } = await runInProcess([command, ...files, "--dry-run", option, text]);
	expect(stderr).toContain(`${option}: expected a time ${range}, like 30s, got "${text}"`);
	expect(status).toBe(2);
});
