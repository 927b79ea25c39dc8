import type { Family } from "../../src/index.ts";
import type { Call } from "./apply-traffic.ts";
import type { Caller, Expected, Row } from "./apply-traffic-rows.ts";
import { WIRED } from "./ipvs-trace-wired.ts";
import type { LabDialed } from "./wired-dial.ts";
import { ENDPOINT_PORT } from "./wired-objects.ts";

/** What became of calls, in the words of the table. */
export interface CallResult {
	/** `pod1:node`, sorted; what has no name in the table is an address. */
	readonly answers: readonly string[];
	/** How often which error came. */
	readonly errors: Readonly<Record<string, number>>;
	readonly count: number;
}

/** What the table says should become of calls. */
export function wantedResult(expected: Expected, call: Call): CallResult {
	if (typeof expected !== "string") return { answers: [...expected].sort(), errors: {}, count: call.times };
	const error = isHeldBack(call) ? "EPERM" : { refused: "ECONNREFUSED", dropped: "timeout" }[expected];
	return { answers: [], errors: { [error]: call.times }, count: 0 };
}

/** A datagram that does not get out of the machine of its sender is an error of the call that sends it. */
function isHeldBack({ caller, protocol, frontend }: Call): boolean {
	return caller === "node" && protocol === "udp" && frontend !== "node port";
}

/** What became of them. */
export function foundResult({ served, errors }: LabDialed, caller: Caller, family: Family): CallResult {
	const answers = Object.keys(served).map((key) => inWords(key, caller, family));
	return { answers: answers.sort(), errors, count: sum(Object.values(served)) };
}

/** The connections of a row for a protocol: so many that no endpoint is left out by chance; `times` overrides that. */
export function callOf(row: Row, protocol: Call["protocol"], times?: number): Call {
	const [caller, service, frontend, expected] = row;
	const isAnswered = typeof expected !== "string";
	const enough = isAnswered && expected.length > 1 ? expected.length * 20 : 1;
	// What is dropped takes this time each; what is refused has to be refused before a client asks again.
	const timeout = expected === "dropped" ? 0.1 : 0.9;
	return { caller, service, frontend, protocol, times: times ?? enough, timeout };
}

/** Names of shares that are farther than five sigma from equal, with their counts. */
export function unequalShares(served: LabDialed["served"]): readonly string[] {
	const [total, parts] = [sum(Object.values(served)), Object.keys(served).length];
	const sigma = Math.sqrt((total / parts) * (1 - 1 / parts));
	return Object.entries(served)
		.filter(([, count]) => Math.abs(count - total / parts) > 5 * sigma)
		.map(([key, count]) => `${key}: ${count} of ${total}`);
}

/** The sum of counts. */
export function sum(counts: readonly number[]): number {
	return counts.reduce((total, count) => total + count, 0);
}

function inWords(key: string, caller: Caller, family: Family): string {
	const [ip = "", port, source = ""] = key.split(" ");
	const { node, second, gateway, pods, remotePod, client, neighbour } = WIRED[family];
	const [pod1, pod2] = pods;
	const endpoint = new Map<string, string>([
		[pod1, "pod1"],
		[pod2, "pod2"],
		[remotePod, "remote"],
		[node, "node"],
	]).get(ip);
	const nodeFrom = endpoint === "remote" ? second : endpoint === "node" ? node : gateway;
	const callers = { client, neighbour, pod1, remote: remotePod, node };
	const who = source === nodeFrom ? "node" : source === callers[caller] ? "caller" : source;
	return Number(port) === ENDPOINT_PORT ? `${endpoint}:${who}` : key;
}
