import { afterAll, expect, it } from "vitest";
import { type Fault, type FaultResult, type FaultRun, runFaults } from "../../support/apply-faults.ts";
import { expectAllOldOrNew } from "../../support/apply-old-or-new.ts";
import { describeUnless } from "../../support/describe-unless.ts";
import { IS_LONG } from "../../support/is-long.ts";
import { nftProblem } from "../../support/nft-load.ts";

/** What goes wrong, and what has to come of it. */
interface Trial extends Fault {
	/** `old`: everything is as before, and the exit status is 2. `new`: it is done all the same. */
	readonly leaves: "old" | "new";
	readonly says: RegExp;
}

const BACK = /^the rules are what they were before$/m;
const UNTOUCHED = "\\nnothing had been changed$";

function failing(what: string, pattern: string, leaves: Trial["leaves"], says: RegExp): Trial {
	return { name: `${what} fails`, env: { FAULT: "fail", FAULT_OF: pattern }, leaves, says };
}

function hanging(what: string, pattern: string, says: RegExp): Trial {
	const env = { FAULT: "hang", FAULT_OF: pattern };
	return { name: `${what} hangs`, env, args: ["--command-timeout", "0.5"], leaves: "old", says };
}

const CHECK = "^nft --check ";
const LOAD = "^nft -f ";
const TRIALS: readonly Trial[] = [
	{
		name: "there is no nft",
		env: {},
		without: ["nft"],
		leaves: "old",
		says: /nft is not there: install nft/,
	},
	failing(
		"nft --check",
		CHECK,
		"old",
		new RegExp(`see whether nft would load what changes: .*tool is broken${UNTOUCHED}`, "m"),
	),
	failing("loading", LOAD, "old", BACK),
	failing(
		"listing",
		"^nft -s list ",
		"old",
		/nft -s list table ip kube-proxy failed with exit status 1: this tool is broken/,
	),
	failing("conntrack", "^conntrack ", "new", /^warning: not done: forget UDP/m),
	failing("iptables-save", "-save ", "new", /^note: done/m),
	hanging("nft --check", CHECK, /killed, because it took more than 0\.5 s/),
	hanging("loading", LOAD, /killed, because it took more than 0\.5 s/),
	hanging("listing", "^nft -s list ", /killed, because it took more than 0\.5 s/),
	{
		name: "nft gets a part of the transaction only, and takes it",
		env: { FAULT: "cut", FAULT_OF: LOAD, BYTES: 3000 },
		leaves: "old",
		says: BACK,
	},
	{
		name: "nft is too old",
		env: { FAULT: "change-output", FAULT_OF: "^nft --version", SED: "s/v[0-9.]*/v1.0.0/" },
		leaves: "old",
		says: /nft is 1\.0\.0, and the nftables mode needs 1\.0\.1 or newer: install a newer nftables, or take/,
	},
	{
		name: "the kernel is too old",
		env: {},
		around: "setarch --uname-2.6 $*",
		leaves: "old",
		says: /the kernel is 2\.6\.\S+, and the nftables mode needs 5\.13 or newer: boot a newer one, or take another --proxy-mode/,
	},
	{
		name: "the kernel is too old, and --force says go on",
		env: {},
		around: "setarch --uname-2.6 $* --force",
		leaves: "new",
		says: /^warning: the kernel is 2\.6\./m,
	},
	{
		name: "the state directory cannot be written",
		env: {},
		args: ["--state-dir", "/proc/svcnat"],
		leaves: "old",
		says: /--state-dir \/proc\/svcnat: /,
	},
];

/** How many faults are tried in one network namespace. */
const AT_ONCE = 4;

describeUnless(await nftProblem(), "svcnat apply when something is wrong, nftables mode", () => {
	const all = TRIALS.filter((_, index) => IS_LONG || index % 4 === 2);
	const starts = all.map((_, index) => index).filter((index) => index % AT_ONCE === 0);
	let count = 0;

	it.each(
		starts,
	)("leaves everything old or new, says what is wrong, and the next run heals (from %i on)", async (start) => {
		const some = all.slice(start, start + AT_ONCE);
		const run = await runFaults(some, "nftables");
		for (const [index, trial] of some.entries()) expectAsTold(trial, run, run.results[index] as FaultResult);
		count += some.length;
	}, 310_000);

	afterAll(() => console.log(`apply: ${count} faults of tools, nftables`));
});

function expectAsTold({ name, leaves, says }: Trial, run: FaultRun, result: FaultResult): void {
	expectAllOldOrNew(run, result);
	const { after, setting } = result;
	expect(result.run.stderr, name).toMatch(says);
	const expected =
		leaves === "old" ? { status: 2, after: run.before, setting: "0" } : { status: 0, after: run.good, setting: "1" };
	expect({ name, status: result.run.status, after, setting }).toEqual({ name, ...expected });
}
