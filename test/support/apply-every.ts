import { fileURLToPath } from "node:url";
import { type Loader, loaderArguments } from "./apply-cases.ts";
import type { Step, StepResult } from "./apply-session.ts";
import { shopObjects } from "./diff-shop.ts";
import type { Variant } from "./kernel-load.ts";
import { SVCNAT } from "./svcnat.ts";

/** Addresses of the node that the rules are for. */
export const WORKER = ["192.0.2.11/32", "2001:db8::11/128"];

const HEAP = fileURLToPath(new URL("./apply-every-heap.js", import.meta.url));

/** Where /healthz answers in the network namespace of a session. */
const HEALTHZ = "127.0.0.1:9440";

/** An endpoint of the Service `cart`, and where it may move to. */
export const [HERE, THERE] = ["10.244.2.6", "10.244.2.66"] as const;

/** The objects of fixtures/shop as a List of JSON, with the endpoint of `cart` at an address. */
export function shopWith(address: string): string {
	return listOf(shopObjects()).replaceAll(`"${HERE}"`, `"${address}"`);
}

/** The same, without any object of a kind. */
export function shopWithout(kind: "Service" | "EndpointSlice"): string {
	return listOf(shopObjects().filter((value) => !JSON.stringify(value).includes(`"kind":"${kind}"`)));
}

function listOf(items: readonly unknown[]): string {
	return JSON.stringify({ apiVersion: "v1", kind: "List", items });
}

/** Writes the objects as everybody should: in one step. */
export function put(text: string): Step {
	return { shell: 'cat >"$SESSION/new" && mv "$SESSION/new" "$SESSION/objects.json"', input: text };
}

/** `svcnat apply` of the objects, as words for a shell. */
export function applyWords(loader: Loader, stateDirectory: string): string {
	const words = ["apply", "-f", '"$SESSION/objects.json"', "--node", "worker-1", "--cluster-cidr", "10.244.0.0/16"];
	return `'${SVCNAT}' ${words.join(" ")} ${loaderArguments(loader).join(" ")} --state-dir ${stateDirectory}`;
}

/** What stands around `svcnat apply --every`. */
export interface EveryOptions {
	readonly variant: Variant;
	readonly every?: string;
	readonly stateDirectory?: string;
	readonly metrics?: string;
	/** `svcnat apply`, as words for a shell; default: that of the objects. */
	readonly apply?: string;
	/** A script of sh that runs the program, which stands in it as `"$@"`, in its own place, with exec. */
	readonly around?: string;
	/** When it is killed, should the session end before it. */
	readonly limitSeconds?: number;
}

/** Starts `svcnat apply --every` in the background. */
export function start({ variant, every = "20ms", around = 'exec "$@"', ...more }: EveryOptions): Step {
	const { stateDirectory = '"$SESSION/state"', metrics = '"$SESSION/metrics"', limitSeconds = 110 } = more;
	const node = `'${process.execPath}' --expose-gc --no-opt --import '${HEAP}'`;
	const options = `--every ${every} --metrics ${metrics} --healthz ${HEALTHZ}`;
	const script = '"$SESSION/start"';
	const { apply = applyWords(variant, stateDirectory) } = more;
	const words = `${script} ${node} ${apply} ${options}`;
	const line = `timeout -s KILL ${limitSeconds} sh ${words} 2>"$SESSION/err"; echo $? >"$SESSION/status"`;
	return {
		shell: `cat >${script}; { ${line}; } >/dev/null 2>&1 </dev/null &`,
		input: `echo $$ >"$SESSION/pid"\n${around}\n`,
	};
}

/** A script that goes on as soon as a condition holds, and fails after so many seconds or when svcnat has ended. */
export function until(condition: string, seconds = 30): string {
	const isOver = '[ -e "$SESSION/status" ] && { cat "$SESSION/err" >&2; exit 1; }';
	return `for try in $(seq ${seconds * 25}); do ${condition} && break; ${isOver}; sleep 0.04; done; ${condition}`;
}

/** How many runs there were, as words for a shell. */
const RUNS = '$(sed -n "s/^svcnat_apply_runs_total //p" "$SESSION/metrics" 2>/dev/null || echo 0)';

/** Waits until there were so many runs; on a busy machine, each takes a second. */
export function runsReach(count: number): Step {
	return { shell: until(`[ "0${RUNS}" -ge ${count} ]`, 400) };
}

/** Waits for a run that began after this step. */
export const ANOTHER_RUN: Step = { shell: `last=$((${RUNS} + 2)); ${until(`[ "${RUNS}" -ge $last ]`)}` };

/** Prints what the metrics say. */
export const METRICS: Step = { shell: 'grep -v "^#" "$SESSION/metrics"' };

const ASK = `fetch("http://${HEALTHZ}/healthz").then(async (got) => console.log(got.status, (await got.text()).trim()))`;

/** Prints what /healthz answers. */
export const HEALTH: Step = { shell: `'${process.execPath}' -e '${ASK}'` };

/** Asks for the end and waits for it; the exit status is that of svcnat, the standard error what it said all the time. */
export const STOP: Step = {
	shell: [
		'kill -TERM "$(cat "$SESSION/pid")"',
		'for try in $(seq 1500); do [ -s "$SESSION/status" ] && break; sleep 0.02; done',
		'cat "$SESSION/err" >&2; exit "$(cat "$SESSION/status")"',
	].join("\n"),
};

/** Prints what the process uses after a garbage collection, as JSON, and then its number of open files, 40 times. */
export const USAGE: Step = {
	shell: [
		'rm -f "$SESSION/heap"; id=$(cat "$SESSION/pid"); kill -USR2 "$id"',
		until('[ -e "$SESSION/heap" ]'),
		'cat "$SESSION/heap"; for try in $(seq 40); do ls "/proc/$id/fd" | wc -l; sleep 0.007; done',
	].join("\n"),
};

/** What `USAGE` printed. */
export interface Usage {
	/** In bytes. */
	readonly heapUsed: number;
	readonly rss: number;
	/** The smallest of all numbers: programs are running at times. */
	readonly files: number;
}

/** Reads what `USAGE` printed. */
export function usageOf({ stdout }: StepResult): Usage {
	const [memory = "", ...counts] = stdout.trim().split("\n");
	return { ...JSON.parse(memory), files: Math.min(...counts.map(Number)) };
}
