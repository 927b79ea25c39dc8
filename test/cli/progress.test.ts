import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { warnSlow } from "../../src/cli/apply/warnings.ts";
import { newProgress, showTime } from "../../src/cli/live/progress.ts";

const LOUD = { isQuiet: false, isVerbose: false, hasColor: false };

const wasTerminal = process.stderr.isTTY;

/** Whether somebody looks on. */
function onTerminal(isTTY: boolean): void {
	Object.defineProperty(process.stderr, "isTTY", { value: isTTY, configurable: true });
}

let written = "";

beforeEach(() => {
	written = "";
	vi.useFakeTimers();
	vi.spyOn(process.stderr, "write").mockImplementation((text) => {
		written += String(text);
		return true;
	});
});

afterEach(() => {
	vi.useRealTimers();
	vi.restoreAllMocks();
	onTerminal(wasTerminal);
});

/** Waits for something that takes so many milliseconds. */
async function waitFor(milliseconds: number, voice = LOUD): Promise<string> {
	const work = new Promise<string>((resolve) => setTimeout(() => resolve("loaded"), milliseconds));
	const shown = showTime("loading \x1b[2J", work, newProgress(voice));
	await vi.advanceTimersByTimeAsync(milliseconds);
	return shown;
}

it("tells on a terminal how long a load has taken, and takes the line away again", async () => {
	onTerminal(true);
	expect(await waitFor(4500)).toBe("loaded");
	const steps = written.split("\r\x1b[K");
	expect(steps).toEqual(["", "loading \\u{1b}[2J: 2 s", "loading \\u{1b}[2J: 3 s", "loading \\u{1b}[2J: 4 s", ""]);
});

it("says nothing of what is done at once, with --quiet, or where nobody looks on", async () => {
	onTerminal(true);
	await waitFor(1500);
	await waitFor(5000, { ...LOUD, isQuiet: true });
	onTerminal(false);
	await waitFor(5000);
	expect(written).toBe("");
});

it("warns before iptables-nft gets more chains than it can load in a minute", () => {
	const load = (program: string, count: number) => ({
		command: { program, args: ["--noflush"], stdin: `*nat\n${":KUBE-SVC-A - [0:0]\n".repeat(count)}COMMIT\n` },
		purpose: "ipv4: load what changes",
		isOptional: false,
	});
	warnSlow([load("iptables-legacy-restore", 30_000), load("iptables-nft-restore", 29_999)], LOUD);
	expect(written).toBe("");
	warnSlow([load("ip6tables-nft-restore", 30_000)], LOUD);
	expect(written).toMatch(/^warning: ip6tables-nft-restore will take minutes for 30000 chains: .*--iptables legacy/);
});
