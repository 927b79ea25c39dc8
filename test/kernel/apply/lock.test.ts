import { join } from "node:path";
import { expect, it } from "vitest";
import { addressesOf, applyCase, NEW, OLD, saveStep } from "../../support/apply-cases.ts";
import { runNamed } from "../../support/apply-named.ts";
import type { Step } from "../../support/apply-session.ts";
import { describeKernel } from "../../support/kernel-suite.ts";
import { svcnatWords } from "../../support/shell-words.ts";
import { temporaryDirectory } from "../../support/temporary-directory.ts";

const VARIANT = "nft";

/** A session of its own, where any user may look, and the state directory of its runs. */
function place(): { readonly directory: string; readonly state: string; readonly apply: readonly string[] } {
	const directory = temporaryDirectory();
	const state = join(directory, "state");
	return { directory, state, apply: applyCase(NEW, VARIANT, state) };
}

const OPEN_TO_ALL: Step = { shell: 'chmod 755 "$SESSION" && mkdir -m 755 "$SESSION/state"' };

/** Holds the lock for so many seconds, or until the file `free` is there. */
function holding(seconds: number): Step {
	const hold = `for try in $(seq ${seconds * 20}); do [ -e "$SESSION/free" ] && break; sleep 0.05; done`;
	return {
		shell: `mkdir -p "$SESSION/state"; flock -x "$SESSION/state/lock" sh -c ': >"$SESSION/held"; ${hold}' >/dev/null 2>&1 &
until [ -e "$SESSION/held" ]; do sleep 0.02; done`,
	};
}

const FREE: Step = { shell: ': >"$SESSION/free"' };

await describeKernel("the lock of svcnat apply", VARIANT, () => {
	const addresses = addressesOf([OLD, NEW]);
	const save = saveStep(VARIANT);

	it("is a file that no other user can open, in a directory of this user's", async () => {
		const { directory, apply } = place();
		const as = "setpriv --reuid 65534 --regid 65534 --clear-groups";
		const at = await runNamed(
			[
				["", { svcnat: apply }],
				["modes", { shell: 'stat -c "%a %u" "$SESSION/state" "$SESSION/state/lock"' }],
				["", { shell: 'chmod 755 "$SESSION" "$SESSION/state"' }],
				["other", { shell: `${as} sh -c 'flock -n "$SESSION/state/lock" true || exec 3<"$SESSION/state/lock"'` }],
				["own", { shell: 'flock -n "$SESSION/state/lock" true' }],
			],
			{ addresses, directory },
		);
		expect(at("modes").stdout).toBe("700 0\n600 0\n");
		expect(at("other").status).not.toBe(0);
		expect(at("other").stderr.match(/permission denied/gi)).toHaveLength(2);
		expect(at("own")).toMatchObject({ status: 0 });
	});

	it("loses rights that it gave to others, and is refused when it is somebody else's or a link", async () => {
		const { directory, apply, state } = place();
		const at = await runNamed(
			[
				["", OPEN_TO_ALL],
				["", { shell: ': >"$SESSION/state/lock"; chmod 666 "$SESSION/state/lock"' }],
				["", { svcnat: apply }],
				["mode", { shell: 'stat -c %a "$SESSION/state/lock"' }],
				["", { shell: 'chown 65534 "$SESSION/state/lock"' }],
				["theirs", { svcnat: apply }],
				["", { shell: 'rm "$SESSION/state/lock"; ln -s "$SESSION/elsewhere" "$SESSION/state/lock"' }],
				["link", { svcnat: apply }],
				["", { shell: '[ ! -e "$SESSION/elsewhere" ]' }],
			],
			{ addresses, directory },
		);
		expect(at("mode").stdout).toBe("600\n");
		const says = `--state-dir ${state}: lock: expected a file of the user 0, found one of the user 65534: remove it`;
		expect(at("theirs")).toMatchObject({ status: 2, stderr: expect.stringContaining(says) });
		expect(at("link")).toMatchObject({ status: 2, stderr: expect.stringContaining(`error: --state-dir ${state}: `) });
	});

	it("is waited for, and not longer than told; a dry run does without", async () => {
		const { directory, apply } = place();
		const at = await runNamed(
			[
				["", holding(50)],
				["before", save],
				["none", { svcnat: [...apply, "--lock-timeout", "0"] }],
				["short", { svcnat: [...apply, "--lock-timeout", "0.3"] }],
				["after", save],
				["", { svcnat: [...apply, "--dry-run"] }],
				["", { shell: `${svcnatWords(apply)} >/dev/null 2>"$SESSION/said" & echo $! >"$SESSION/id"; sleep 1` }],
				["waiting", { shell: 'kill -0 "$(cat "$SESSION/id")" && cat "$SESSION/said"' }],
				["", FREE],
				["done", { shell: 'until grep "^note: done" "$SESSION/said"; do sleep 0.1; done' }],
			],
			{ addresses, directory },
		);
		const says = (seconds: string): string => `is changing rules here; waited ${seconds} s for it (--lock-timeout)`;
		expect(at("none")).toMatchObject({ status: 2, stderr: expect.stringContaining(says("0")) });
		expect(at("short")).toMatchObject({ status: 2, stderr: expect.stringContaining(says("0.3")) });
		expect(at("after").stdout).toBe(at("before").stdout);
		expect(at("waiting")).toMatchObject({ status: 0, stdout: expect.not.stringContaining("note: done") });
		expect(at("done")).toMatchObject({ status: 0 });
	});

	it("needs flock and a directory that can be written, and says so; a dry run needs neither", async () => {
		const { directory, apply, state } = place();
		const nowhere = applyCase(NEW, VARIANT, "/proc/svcnat");
		const at = await runNamed(
			[
				["", OPEN_TO_ALL],
				["no flock", { shell: `PATH="$SESSION/nothing" ${svcnatWords(apply)}` }],
				["another flock", { svcnat: apply }],
				["no directory", { svcnat: nowhere }],
				["no directory to clean up", { svcnat: ["cleanup", "--state-dir", "/proc/svcnat"] }],
				["", { svcnat: [...nowhere, "--dry-run"] }],
				["a file", { svcnat: applyCase(NEW, VARIANT, process.execPath) }],
			],
			{ addresses, directory, programs: { flock: 'echo "flock: unrecognized option: E" >&2; exit 1' } },
		);
		const none = `error: --state-dir ${state}: the program flock is not there: install util-linux`;
		expect(at("no flock")).toMatchObject({ status: 2, stderr: expect.stringContaining(none) });
		const another = `error: --state-dir ${state}: flock failed with exit status 1: flock: unrecognized option: E`;
		expect(at("another flock")).toMatchObject({ status: 2, stderr: expect.stringContaining(another) });
		for (const name of ["no directory", "no directory to clean up"] as const) {
			expect(at(name)).toMatchObject({
				status: 2,
				stderr: expect.stringMatching(/^error: --state-dir \/proc\/svcnat: /m),
			});
		}
		expect(at("a file").stderr).toContain(`error: --state-dir ${process.execPath}: not a directory: `);
	});
});
