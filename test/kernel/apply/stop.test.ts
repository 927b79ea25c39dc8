import { join } from "node:path";
import { expect, it } from "vitest";
import { addressesOf, applyCase, NEW, OLD, savedTexts, saveStep } from "../../support/apply-cases.ts";
import { ANOTHER_RUN, HERE, put, STOP, shopWith, start, THERE, WORKER } from "../../support/apply-every.ts";
import { runNamed } from "../../support/apply-named.ts";
import type { Step } from "../../support/apply-session.ts";
import { describeKernel } from "../../support/kernel-suite.ts";
import { svcnatWords } from "../../support/shell-words.ts";
import { temporaryDirectory } from "../../support/temporary-directory.ts";

const VARIANT = "nft";

/** Somebody has the lock for much longer than any test waits. */
const HOLD: Step = {
	shell: `mkdir -p "$SESSION/state"
flock -x "$SESSION/state/lock" sh -c ': >"$SESSION/held"; echo $$ >"$SESSION/holder"; exec sleep 55' >/dev/null 2>&1 &
until [ -s "$SESSION/holder" ]; do sleep 0.02; done`,
};

const LET_GO: Step = { shell: 'kill -9 "$(cat "$SESSION/holder")"' };

const NOW: Step = { shell: "date +%s%3N" };

/** Milliseconds: 30 seconds is what Kubernetes waits before it kills. */
const LONGEST_STOP = 5000;

/** Waits until the process `$child` waits for the lock. */
const WAITS = `waits() { for id in $(cat /proc/$child/task/$child/children); do grep -qz '^flock$' /proc/$id/cmdline && return; done; false; }
until waits; do [ -e /proc/$child ] || exit 99; sleep 0.02; done`;

/** The first process of a container is the only child of what made the container. */
const FIRST = 'child=; until [ -n "$child" ]; do child=$(echo $(cat /proc/$!/task/$!/children)); done';

/** Starts a run that has to wait, ends it by SIGTERM once it does, and prints its exit status. */
function ended(words: string, findChild: string): Step {
	return {
		shell: `${words} >/dev/null 2>"$SESSION/said" &\n${findChild}\n${WAITS}\nkill -TERM "$child"; wait $!; echo $?`,
	};
}

await describeKernel("svcnat told to stop while another run has the lock", VARIANT, () => {
	const save = saveStep(VARIANT);

	it("stops at once with --every, and says so", async () => {
		const at = await runNamed(
			[
				["", put(shopWith(HERE))],
				["", start({ variant: VARIANT })],
				["", ANOTHER_RUN],
				["before", save],
				["", HOLD],
				["", put(shopWith(THERE))],
				["", { shell: `child=$(cat "$SESSION/pid")\n${WAITS}` }],
				["begin", NOW],
				["stop", STOP],
				["end", NOW],
				["after", save],
				["", LET_GO],
			],
			{ addresses: WORKER, limitSeconds: 110 },
		);
		expect(Number(at("end").stdout) - Number(at("begin").stdout)).toBeLessThan(LONGEST_STOP);
		expect(at("stop")).toMatchObject({ status: 0, stderr: expect.stringMatching(/^note: stopped; the rules stay/m) });
		expect(at("stop").stderr).not.toMatch(/^error: /m);
		expect(savedTexts(at("after"))).toEqual(savedTexts(at("before")));
	});

	it("stops at once when it runs once, also as the first process of a container", async () => {
		const directory = temporaryDirectory();
		const words = svcnatWords(applyCase(NEW, VARIANT, join(directory, "state")));
		const first = `unshare --pid --fork --kill-child ${words}`;
		const at = await runNamed(
			[
				["", HOLD],
				["begin", NOW],
				["once", ended(words, "child=$!")],
				["in a container", ended(first, FIRST)],
				["end", NOW],
				["", LET_GO],
			],
			{ addresses: addressesOf([NEW]), directory },
		);
		expect(at("once")).toMatchObject({ status: 0, stdout: "143\n" });
		expect(at("in a container")).toMatchObject({ status: 0, stdout: "143\n" });
		expect(Number(at("end").stdout) - Number(at("begin").stdout)).toBeLessThan(2 * LONGEST_STOP);
	});
});

/** A script in front of the tool that does not become it, as wrappers in images are: the tool is a child, and comes late. */
const WRAPPED = `if [ -n "$LATE" ]; then
	cat >"$SESSION/text"
	: >"$SESSION/begun"
	sleep 2
	"$real" "$@" <"$SESSION/text"
	exit
fi
"$real" "$@"`;

await describeKernel("a tool behind a script that loads late", VARIANT, () => {
	const save = saveStep(VARIANT);
	const programs = { [`iptables-${VARIANT}-restore`]: WRAPPED };
	const rest: Step = { shell: "sleep 3" };

	it("loads nothing after the rules were put back, when it took too long", async () => {
		const directory = temporaryDirectory();
		const apply = (one: typeof OLD): readonly string[] => applyCase(one, VARIANT, directory);
		const words = svcnatWords([...apply(NEW), "--command-timeout", "0.7"]);
		const at = await runNamed(
			[
				["", { svcnat: apply(OLD) }],
				["before", save],
				["late", { shell: `LATE=yes ${words}` }],
				["", { shell: '[ -e "$SESSION/begun" ]' }],
				["", rest],
				["after", save],
			],
			{ addresses: addressesOf([OLD, NEW]), programs, directory },
		);
		expect(at("late")).toMatchObject({
			status: 2,
			stderr: expect.stringContaining("killed, because it took more than 0.7 s"),
		});
		expect(savedTexts(at("after"))).toEqual(savedTexts(at("before")));
	});

	it.each(["INT", "TERM"])("loads nothing after svcnat was ended by SIG%s", async (signal) => {
		const directory = temporaryDirectory();
		const apply = (one: typeof OLD): readonly string[] => applyCase(one, VARIANT, directory);
		const end = `until [ -e "$SESSION/begun" ]; do sleep 0.02; done; kill -${signal} $!; wait $!; echo $?`;
		// A shell lets what it starts in the background ignore SIGINT; Node listens to it again.
		const at = await runNamed(
			[
				["", { svcnat: apply(OLD) }],
				["before", save],
				["ended", { shell: `LATE=yes ${svcnatWords(apply(NEW))} & ${end}` }],
				["next", { svcnat: [...apply(OLD), "--lock-timeout", "0"] }],
				["", rest],
				["after", save],
			],
			{ addresses: addressesOf([OLD, NEW]), programs, directory },
		);
		expect(at("ended").stdout).toBe(signal === "INT" ? "130\n" : "143\n");
		expect(at("next")).toMatchObject({ status: 0 });
		expect(savedTexts(at("after"))).toEqual(savedTexts(at("before")));
	});
});
