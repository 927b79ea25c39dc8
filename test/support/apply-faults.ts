import { addressesOf, applyCase, type Loader, NEW, OLD, type Saved, savedTexts, saveStep } from "./apply-cases.ts";
import { groundOf } from "./apply-ground.ts";
import { runSession, type Step, type StepResult } from "./apply-session.ts";
import { SVCNAT } from "./svcnat.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

/** Something that goes wrong during one run of `svcnat apply`. */
export interface Fault {
	/** What, in words. */
	readonly name: string;
	/** Environment of the run, which the stand-ins below read; `AFTER_MS` kills svcnat itself after so many milliseconds. */
	readonly env: Readonly<Record<string, string | number>>;
	/** More arguments of the run. */
	readonly args?: readonly string[];
	/** Programs that are not there. */
	readonly without?: readonly string[];
	/** A script around the run, which stands in it as `$*`. */
	readonly around?: string;
}

/** What a fault led to. */
export interface FaultResult {
	readonly fault: Fault;
	/** The run: 137 when it was killed. */
	readonly run: StepResult;
	/** What was there afterwards, and a setting that the rules need, which was 0. */
	readonly after: Saved;
	readonly setting: string;
	/** The next run, without a fault, and what it made of that. */
	readonly next: StepResult;
	readonly healed: Saved;
}

/** The rules before and after a run that goes well, the calls of programs in it, and what faults led to. */
export interface FaultRun {
	readonly before: Saved;
	readonly good: Saved;
	readonly calls: readonly string[];
	readonly results: readonly FaultResult[];
}

/**
 * A stand-in that does what `FAULT` says when it is call number `FAULT_AT`, or one whose name and arguments match `FAULT_OF`; all
 * others do their work. What is still running is seen by a file.
 */
const BODY = `: >"$SESSION/run.$$"
trap 'rm -f "$SESSION/run.$$"' EXIT
me=\${0##*/}
echo "$me $*" >>"$SESSION/calls"
number=$(wc -l <"$SESSION/calls")
hit=
[ "$number" = "\${FAULT_AT:-}" ] && hit=yes
[ -n "\${FAULT_OF:-}" ] && echo "$me $*" | grep -qE "$FAULT_OF" && hit=yes
if [ -n "$hit" ]; then
	case $FAULT in
	kill-before) kill -9 $PPID ;;
	kill-after) "$real" "$@"; kill -9 $PPID; exit 0 ;;
	kill-cut) kill -9 $PPID; head -c "$BYTES" | "$real" "$@"; exit ;;
	cut) head -c "$BYTES" | "$real" "$@"; exit ;;
	fail) echo "this tool is broken" >&2; exit 1 ;;
	hang) rm -f "$SESSION/run.$$"; sleep 50; exit 1 ;;
	change) sed "$SED" | "$real" "$@"; exit ;;
	change-output) "$real" "$@" | sed "$SED"; exit ;;
	esac
fi
"$real" "$@"`;

const TOOLS = [
	...["iptables", "ip6tables"].flatMap((name) =>
		["legacy", "nft"].flatMap((variant) => ["restore", "save"].map((what) => `${name}-${variant}-${what}`)),
	),
	...["sysctl", "nfacct", "conntrack", "nft", "ip"],
];

/** Prints what the rules of NEW need with iptables. */
export const SETTING: Step = { shell: "cat /proc/sys/net/ipv4/conf/all/route_localnet" };

/** Lets `svcnat apply` change a node with rules of others from one captured cluster to another, once for each fault. */
export async function runFaults(faults: readonly Fault[], loader: Loader): Promise<FaultRun> {
	const directory = temporaryDirectory();
	const { others, keep, restore, setting, options } = groundOf(loader);
	const apply = [...applyCase(NEW, loader, directory), ...options];
	const reset: Step = { shell: `${restore}; sysctl -qw ${setting}=0; rm -f "$SESSION/calls"` };
	const save = saveStep(loader);
	const steps: readonly Step[] = [
		...others,
		{ svcnat: applyCase(OLD, loader, directory) },
		{ shell: keep },
		reset,
		save,
		reset,
		{ svcnat: apply },
		{ shell: 'cat "$SESSION/calls"' },
		save,
		...faults.flatMap((fault): readonly Step[] => [
			reset,
			faultyRun(fault, apply),
			save,
			{ shell: `sysctl -n ${setting}` },
			{ svcnat: apply },
			save,
		]),
	];
	const programs = Object.fromEntries(TOOLS.map((name) => [name, BODY]));
	const results = await runSession(steps, {
		addresses: addressesOf([OLD, NEW]),
		programs,
		directory,
		limitSeconds: 300,
	});
	const start = steps.length - faults.length * 6;
	const [before, , , calls, good] = results.slice(start - 5, start);
	return {
		before: savedTexts(at(before)),
		good: savedTexts(at(good)),
		calls: at(calls).stdout.trimEnd().split("\n"),
		results: faults.map((fault, index): FaultResult => {
			const [, run, after, setting, next, healed] = results.slice(start + index * 6, start + index * 6 + 6).map(at);
			return {
				fault,
				run: at(run),
				after: savedTexts(at(after)),
				setting: at(setting).stdout.trim(),
				next: at(next),
				healed: savedTexts(at(healed)),
			};
		}),
	};
}

function at<T>(value: T | undefined): T {
	if (value === undefined) throw new Error("a step is missing");
	return value;
}

/** What svcnat and the stand-ins need of a machine. */
const BASICS = ["cat", "flock", "grep", "head", "ls", "rm", "sed", "seq", "sh", "sleep", "unshare", "wc"];

/** A path with these programs only, less some. */
function pathWithout(missing: readonly string[]): string {
	return [
		'tools=$(mktemp -d -p "$SESSION")',
		`for name in ${BASICS.join(" ")}; do ln -s "$(command -v "$name")" "$tools/$name"; done`,
		'ln -s "$SESSION"/bin/* "$tools"',
		...missing.map((name) => `rm "$tools/${name}"`),
		'export PATH="$tools"',
	].join("\n");
}

/** The real program, and then a wait for the tools that it left behind. */
function faultyRun({ env, args = [], without = [], around }: Fault, apply: readonly string[]): Step {
	const isReplaced = (word: string | undefined): boolean => word !== undefined && args.includes(word);
	const isNotReplaced = (word: string, index: number): boolean =>
		!isReplaced(word) && !(isReplaced(apply[index - 1]) && !word.startsWith("-"));
	const plain = [process.execPath, SVCNAT, ...apply.filter(isNotReplaced), ...args]
		.map((word) => `'${word}'`)
		.join(" ");
	const words = around === undefined ? plain : around.replaceAll("$*", plain);
	const variables = Object.entries(env).map(([name, value]) => `export ${name}='${value}'`);
	const kill = env["AFTER_MS"] === undefined ? "" : `sleep ${Number(env["AFTER_MS"]) / 1000}; kill -9 $! 2>/dev/null`;
	return {
		shell: [
			...variables,
			...(without.length === 0 ? [] : [pathWithout(without)]),
			`${words} & ${kill}`,
			"wait $! 2>/dev/null; status=$?",
			'for try in $(seq 300); do ls "$SESSION"/run.* >/dev/null 2>&1 || break; sleep 0.02; done',
			"exit $status",
		].join("\n"),
	};
}
