// @ts-check
// Follows packets through what iptables-save prints for snapshots, and prints what that takes for each, as JSON. Snapshots take turns, in
// one process: a machine that is busy for a while is so for all of them. Arguments: dump, snapshot, dump, snapshot …
import { readFileSync } from "node:fs";
import { parseIptables } from "../../dist/lang/iptables/parse.js";
import { newTracer } from "../../dist/trace/trace.js";

/**
 * @typedef {object} TraceTimes
 * @property {number} services
 * @property {number} rules
 * @property {number} ready milliseconds to make parsed rules ready
 * @property {number} first milliseconds of the first trace, which makes the chains it meets ready
 * @property {Record<string, number>} traces microseconds of later ones, by kind of packet
 */

/** @typedef {import("../../dist/trace/packet.js").Packet} Packet */
/** @typedef {import("../../dist/trace/trace.js").Tracer} Tracer */

/** What a trace takes grows with the endpoints: figures are for so many. */
const ENDPOINTS = 15;

/** Services with about as many are measured; few clusters have enough of them with just as many. */
const [FEWEST, MOST] = [10, 20];

/** So many packets of a kind take turns. */
const PACKETS = 20;

/** Each kind is measured for so long, and the best of several times counts: the machine is noisy. */
const MILLISECONDS = 200;
const RUNS = 5;

const NODE_IP = "10.0.0.10";
const OUTSIDE = "203.0.113.9";

/**
 * Rules that packets can be sent through.
 *
 * @typedef {object} Loaded
 * @property {Tracer} tracer
 * @property {Readonly<Record<string, readonly Packet[]>>} packets by kind
 * @property {Omit<TraceTimes, "traces">} times
 */

const all = [];
const files = process.argv.slice(2);
for (let at = 0; at < files.length; at += 2) all.push(load(files[at] ?? "", files[at + 1] ?? ""));
const measured = all.map(({ times }) => ({ ...times, traces: /** @type {Record<string, number>} */ ({}) }));
for (const kind of Object.keys(all[0]?.packets ?? {})) {
	for (const [index, time] of measureInTurn(kind).entries()) {
		const { traces = {} } = measured[index] ?? {};
		traces[kind] = time;
	}
}
console.log(JSON.stringify(measured));

/**
 * @param {string} dumpFile
 * @param {string} snapshotFile
 * @returns {Loaded}
 */
function load(dumpFile, snapshotFile) {
	const { sections, problems } = parseIptables(readFileSync(dumpFile, "utf8"));
	if (problems.length > 0) throw new Error(JSON.stringify(problems[0]));
	const tables = sections[0]?.tables ?? [];
	const nothingElse = { virtualServers: undefined, sets: undefined, dummyIPs: undefined };
	const state = /** @type {const} */ ({ family: "ipv4", iptables: tables, ...nothingElse, extent: "node" });
	const packets = packetsTo(JSON.parse(readFileSync(snapshotFile, "utf8")).items);
	const start = performance.now();
	const tracer = newTracer(state, { ips: /** @type {any} */ ([NODE_IP]), interfaces: [] });
	const ready = performance.now() - start;
	const [probe] = packets["cluster IP"] ?? [];
	if (probe === undefined) throw new Error("no Service");
	const before = performance.now();
	tracer.trace(probe);
	const first = performance.now() - before;
	const rules = tables.reduce((sum, table) => sum + table.rules.length, 0);
	return { tracer, packets, times: { services: packets["cluster IP"]?.length ?? 0, rules, ready, first } };
}

/**
 * @param {readonly { kind: string, spec: any, status: any }[]} objects
 * @returns {Readonly<Record<string, readonly Packet[]>>}
 */
function packetsTo(objects) {
	const services = objects.filter(({ kind }) => kind === "Service");
	return {
		"cluster IP": services.map(({ spec }) => packet("10.128.0.5", spec.clusterIP, 80)),
		"node port": services
			.filter(({ spec }) => spec.ports[0].nodePort !== undefined)
			.map(({ spec }) => packet(OUTSIDE, NODE_IP, spec.ports[0].nodePort)),
		"from outside": services
			.filter(({ status }) => status.loadBalancer.ingress !== undefined)
			.map(({ status }) => packet(OUTSIDE, status.loadBalancer.ingress[0].ip, 80)),
		miss: [packet("10.128.0.5", "172.16.0.1", 80)],
	};
}

/**
 * @param {string} from
 * @param {string} to
 * @param {number} port
 * @returns {Packet}
 */
function packet(from, to, port) {
	const [source, target] = /** @type {any[]} */ ([from, to]);
	return { from: source, to: target, port, protocol: "tcp", isFromNode: false, inInterface: undefined };
}

/**
 * Microseconds a trace, with so many endpoints, for each of what is loaded: the best of several turns.
 *
 * @param {string} kind
 */
function measureInTurn(kind) {
	const chosen = all.map(({ tracer, packets }) => choose(kind, tracer, packets[kind] ?? []));
	for (const one of chosen) runFor(MILLISECONDS, one);
	const best = chosen.map(() => Number.POSITIVE_INFINITY);
	for (let run = 0; run < RUNS; run++) {
		for (const [index, one] of chosen.entries()) {
			best[index] = Math.min(best[index] ?? 0, runFor(MILLISECONDS, one) * one.scale);
		}
	}
	return best;
}

/**
 * Packets of one kind, and what makes their time that of so many endpoints.
 *
 * @typedef {object} Chosen
 * @property {Tracer} tracer
 * @property {readonly Packet[]} packets
 * @property {number} scale
 */

/**
 * @param {string} kind
 * @param {Tracer} tracer
 * @param {readonly Packet[]} packets
 * @returns {Chosen}
 */
function choose(kind, tracer, packets) {
	const counted = packets.map((one) => ({ one, outcomes: tracer.trace(one).length }));
	const isWanted = (/** @type {number} */ count) => kind === "miss" || (count >= FEWEST && count <= MOST);
	const chosen = counted.filter(({ outcomes }) => isWanted(outcomes)).slice(0, PACKETS);
	if (chosen.length === 0) throw new Error(`no packet with ${FEWEST} to ${MOST} outcomes: ${kind}`);
	const outcomes = chosen.reduce((sum, one) => sum + one.outcomes, 0);
	const scale = kind === "miss" ? 1 : (ENDPOINTS * chosen.length) / outcomes;
	return { tracer, packets: chosen.map(({ one }) => one), scale };
}

/**
 * @param {number} milliseconds
 * @param {Chosen} chosen
 */
function runFor(milliseconds, { tracer, packets }) {
	const started = performance.now();
	let count = 0;
	while (performance.now() - started < milliseconds) {
		for (const one of packets) tracer.trace(one);
		count += packets.length;
	}
	return ((performance.now() - started) * 1000) / count;
}
