import { familyOf, hostPort, type IP } from "../../src/net/ip.ts";
import type { Outcome } from "../../src/trace/outcome.ts";
import type { Tracer } from "../../src/trace/trace.ts";
import { BY_SERVER, clientIP, type Spread } from "./ipvs-trace-spread.ts";
import type { LabDialed } from "./wired-dial.ts";

/** Connections by where they went: `ip:port`, or `rejected`. */
type Counts = ReadonlyMap<string, number>;

/**
 * How connections were spread otherwise than trace says, each in a few words.
 *
 * @param results one for each of the dials
 */
export function spreadProblems(one: Spread, tracer: Tracer, to: IP, results: readonly LabDialed[]): readonly string[] {
	const counts = results.map(countsOf);
	const expected = sharesFor(tracer, to, 0);
	const total = sumOf(counts);
	const unexpected = [...total.keys()].filter((key) => !expected.has(key)).map((key) => `${key} is not expected`);
	const wrong = [
		...unexpected,
		...amountProblems(one, expected, total, counts),
		...memoryProblems(one, tracer, to, counts),
	];
	const { scheduler, weights, options } = one;
	return wrong.map((text) => `${scheduler} ${weights} ${options}: ${text}: ${JSON.stringify([...total])}`);
}

function sharesFor(tracer: Tracer, to: IP, client: number, affinity?: string): Counts {
	const from = clientIP(familyOf(to), client);
	const packet = { from, to, port: 80, protocol: "tcp", isFromNode: false, inInterface: "eth0" } as const;
	return new Map(tracer.trace(packet, { affinity }).map((outcome) => [keyOf(outcome), outcome.probability]));
}

function amountProblems(
	{ scheduler }: Spread,
	expected: Counts,
	total: Counts,
	counts: readonly Counts[],
): readonly string[] {
	if (BY_SERVER.includes(scheduler)) return total.size === 1 ? [] : ["not all go to the same"];
	const whole = [...total.values()].reduce((sum, count) => sum + count, 0);
	return [...expected].flatMap(([key, share]) => {
		// Of one client exactly, over many clients within five standard deviations.
		const deviation = counts.length === 1 ? 0 : Math.sqrt((share * (1 - share)) / counts.length);
		const distance = Math.abs((total.get(key) ?? 0) - share * whole);
		return distance > 5 * deviation * whole + 1e-6 ? [`${key} should get ${share * whole}`] : [];
	});
}

/** A client is sent to the same real server again, where it should be, and trace knows that. */
function memoryProblems({ options }: Spread, tracer: Tracer, to: IP, counts: readonly Counts[]): readonly string[] {
	if (counts.length === 1) return [];
	const looksAtPorts = options.endsWith("-port");
	const stays = counts.every((own) => own.size === 1);
	if (stays === looksAtPorts) return [stays ? "ports do not matter" : "a client changed its real server"];
	if (!options.startsWith("-p")) return [];
	const forgotten = [...counts.entries()].filter(([client, own]) => {
		const [known = ""] = own.keys();
		return sharesFor(tracer, to, client, known).get(known) !== 1;
	});
	return forgotten.map(([client]) => `trace does not remember client ${client}`);
}

function sumOf(counts: readonly Counts[]): Counts {
	const total = new Map<string, number>();
	for (const [key, count] of counts.flatMap((own) => [...own])) total.set(key, (total.get(key) ?? 0) + count);
	return total;
}

function keyOf({ verdict, destination: { ip, port } }: Outcome): string {
	return verdict === "forwarded" ? hostPort(ip, port) : verdict;
}

/** TCP over IPv6 gives up before it believes an error. */
function countsOf({ served, errors }: LabDialed): Counts {
	const counts = new Map(
		Object.entries(served).map(([name, count]) => {
			const [ip = "", port] = name.split(" ");
			return [hostPort(ip, Number(port)), count];
		}),
	);
	const failed = (errors["ECONNREFUSED"] ?? 0) + (errors["timeout"] ?? 0);
	return failed === 0 ? counts : counts.set("rejected", failed);
}
