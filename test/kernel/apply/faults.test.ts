import { afterAll, expect, it } from "vitest";
import { type Fault, type FaultResult, type FaultRun, runFaults } from "../../support/apply-faults.ts";
import { expectOldOrNew } from "../../support/apply-old-or-new.ts";
import { IS_LONG } from "../../support/is-long.ts";
import type { Variant } from "../../support/kernel-load.ts";
import { describeKernel } from "../../support/kernel-suite.ts";

/** What goes wrong, and what has to come of it. */
interface Trial extends Fault {
	/** `old`: everything is as before, and the exit status is 2. `new`: it is done all the same. */
	readonly leaves: "old" | "new" | "either";
	readonly says: RegExp;
}

const BACK = /^the rules are what they were before$/m;
const UNTOUCHED = /^nothing had been changed$/m;

function trials(variant: Variant): readonly Trial[] {
	const [v4, v6] = [`iptables-${variant}`, `ip6tables-${variant}`];
	const without = (name: string, leaves: Trial["leaves"], says: RegExp): Trial => {
		return { name: `there is no ${name}`, env: {}, without: [name], leaves, says };
	};
	const failing = (name: string, leaves: Trial["leaves"], says: RegExp): Trial => {
		return { name: `${name} fails`, env: { FAULT: "fail", FAULT_OF: `^${name} ` }, leaves, says };
	};
	const hanging = (name: string, leaves: Trial["leaves"], says: RegExp): Trial => {
		const env = { FAULT: "hang", FAULT_OF: `^${name} ` };
		return { name: `${name} hangs`, env, args: ["--command-timeout", "0.5"], leaves, says };
	};
	const cut = (name: string, BYTES: number, leaves: Trial["leaves"], says: RegExp): Trial => {
		const env = { FAULT: "cut", FAULT_OF: `^${name} `, BYTES };
		return { name: `${name} gets ${BYTES} bytes only`, env, leaves, says };
	};
	return [
		without(`${v4}-restore`, "old", new RegExp(`${v4}-restore is not there\\n${BACK.source.slice(1)}`, "m")),
		without(`${v6}-restore`, "old", new RegExp(`${v6}-restore is not there\\n${BACK.source.slice(1)}`, "m")),
		without(`${v4}-save`, "old", new RegExp(`${v4}-save is not there`)),
		without(`${v6}-save`, "old", new RegExp(`${v6}-save is not there`)),
		without("sysctl", "new", /^note: done/m),
		without("conntrack", "new", /^warning: not done: forget UDP connections .*conntrack is not there/m),
		without("nft", "new", /^note: done/m),
		without("ip", "new", /^note: done/m),
		failing(`${v4}-restore`, "old", new RegExp(`this tool is broken\\n${BACK.source.slice(1)}`, "m")),
		{
			...failing(`${v4}-restore`, "old", new RegExp(`this tool is broken\\n${UNTOUCHED.source.slice(1)}`, "m")),
			args: ["--no-settings"],
		},
		failing(`${v6}-restore`, "old", new RegExp(`this tool is broken\\n${BACK.source.slice(1)}`, "m")),
		failing(`${v4}-save`, "old", new RegExp(`${v4}-save failed with exit status 1: this tool is broken`)),
		failing("conntrack", "new", /^warning: not done: forget UDP/m),
		hanging(`${v4}-restore`, "old", /killed, because it took more than 0\.5 s/),
		hanging(`${v6}-restore`, "old", /killed, because it took more than 0\.5 s/),
		hanging(`${v6}-save`, "old", /killed, because it took more than 0\.5 s/),
		...[0, 20, 300, 2000, 6000].flatMap((bytes) => [
			cut(`${v4}-restore`, bytes, "either", /^error: /m),
			cut(`${v6}-restore`, bytes, "either", /^error: /m),
		]),
		{
			name: "the directory for what settings were cannot be made",
			env: {},
			args: ["--state-dir", "/proc/svcnat"],
			leaves: "old",
			says: /--state-dir \/proc\/svcnat: /,
		},
		{
			name: "the disk is full where settings are remembered",
			env: {},
			args: ["--state-dir", "/mnt/state"],
			around: inMounts("mount -t tmpfs -o size=64k none /mnt && ! cat /dev/zero 2>/dev/null >/mnt/fill"),
			leaves: "old",
			says: /--state-dir \/mnt\/state: no space left on device/,
		},
		{
			name: "settings cannot be written",
			env: {},
			around: inMounts("mount --bind /proc/sys /proc/sys && mount -o remount,ro,bind /proc/sys"),
			leaves: "old",
			says: /setting net\.ipv4\.conf\.all\.route_localnet.*--no-settings.*read-only file system/,
		},
		...(variant === "nft" ? [] : [HELD, HELD_SHORTLY]),
	];
}

/** Runs the program where a script has mounted something. */
function inMounts(script: string): string {
	return `unshare --mount sh -c '${script} && exec "$@"' mounts $*`;
}

function holding(seconds: number): string {
	return `sh -c 'flock -x "$XTABLES_LOCKFILE" sleep ${seconds} & sleep 0.3; "$@"' lock $*`;
}

const HELD: Trial = {
	name: "somebody else has the xtables lock",
	env: {},
	around: holding(9),
	leaves: "old",
	says: /Another app is currently holding the xtables lock/,
};

const HELD_SHORTLY: Trial = {
	name: "somebody else has the xtables lock for a while",
	env: {},
	around: holding(3),
	leaves: "new",
	says: /^note: done/m,
};

/** How many faults are tried in one network namespace. */
const AT_ONCE = 4;

for (const variant of ["legacy", "nft"] as const) {
	await describeKernel(`svcnat apply when something is wrong, with ${variant} iptables`, variant, () => {
		const all = trials(variant).filter((_, index) => IS_LONG || index % 6 === (variant === "legacy" ? 0 : 3));
		const starts = all.map((_, index) => index).filter((index) => index % AT_ONCE === 0);
		let count = 0;

		it.each(
			starts,
		)("leaves each table old or new, says what is wrong, and the next run heals (from %i on)", async (start) => {
			const some = all.slice(start, start + AT_ONCE);
			const run = await runFaults(some, variant);
			for (const [index, trial] of some.entries()) expectAsTold(trial, run, run.results[index] as FaultResult);
			count += some.length;
		}, 310_000);

		afterAll(() => console.log(`apply: ${count} faults of tools, ${variant}`));
	});
}

function expectAsTold({ name, leaves, says }: Trial, run: FaultRun, result: FaultResult): void {
	expectOldOrNew(run, result);
	const { status, stderr } = result.run;
	expect(stderr, name).toMatch(leaves === "either" && status === 0 ? /^/ : says);
	if (leaves !== "new" && status !== 0) expect(status, name).toBe(2);
	else expect({ name, status, after: result.after }).toEqual({ name, status: 0, after: run.good });
	if (leaves === "old")
		expect({ name, after: result.after, setting: result.setting }).toEqual({ name, after: run.before, setting: "0" });
	if (leaves === "new") expect(result.setting, name).toBe("1");
}
