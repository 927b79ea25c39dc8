// @ts-check
// Follows packets through what iptables-save prints for a snapshot, and prints what that takes, as JSON.
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

const [dumpFile = "", snapshotFile = ""] = process.argv.slice(2);
const { sections, problems } = parseIptables(readFileSync(dumpFile, "utf8"));
if (problems.length > 0) throw new Error(JSON.stringify(problems[0]));
const tables = sections[0]?.tables ?? [];
const nothingElse = { virtualServers: undefined, sets: undefined, dummyIPs: undefined };
const state = /** @type {const} */ ({ family: "ipv4", iptables: tables, ...nothingElse, extent: "node" });

/** @type {{ kind: string, spec: any, status: any }[]} */
const objects = JSON.parse(readFileSync(snapshotFile, "utf8")).items;
const services = objects.filter(({ kind }) => kind === "Service");

const PACKETS_OF = /** @type {Readonly<Record<string, readonly Packet[]>>} */ ({
	"cluster IP": services.map(({ spec }) => packet("10.128.0.5", spec.clusterIP, 80)),
	"node port": services
		.filter(({ spec }) => spec.ports[0].nodePort !== undefined)
		.map(({ spec }) => packet(OUTSIDE, NODE_IP, spec.ports[0].nodePort)),
	"from outside": services
		.filter(({ status }) => status.loadBalancer.ingress !== undefined)
		.map(({ status }) => packet(OUTSIDE, status.loadBalancer.ingress[0].ip, 80)),
	miss: [packet("10.128.0.5", "172.16.0.1", 80)],
});

const start = performance.now();
const tracer = newTracer(state, { ips: /** @type {any} */ ([NODE_IP]), interfaces: [] });
const ready = performance.now() - start;
const [probe] = PACKETS_OF["cluster IP"] ?? [];
if (probe === undefined) throw new Error("no Service");
const before = performance.now();
tracer.trace(probe);
const first = performance.now() - before;
const traces = Object.fromEntries(Object.entries(PACKETS_OF).map(([kind, all]) => [kind, measure(kind, all)]));
const rules = tables.reduce((sum, table) => sum + table.rules.length, 0);
console.log(JSON.stringify({ services: services.length, rules, ready, first, traces }));

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
 * Microseconds a trace, with so many endpoints.
 *
 * @param {string} kind
 * @param {readonly Packet[]} all
 */
function measure(kind, all) {
	const counted = all.map((one) => ({ one, outcomes: tracer.trace(one).length }));
	const isWanted = (/** @type {number} */ count) => kind === "miss" || (count >= FEWEST && count <= MOST);
	const chosen = counted.filter(({ outcomes }) => isWanted(outcomes)).slice(0, PACKETS);
	const packets = chosen.map(({ one }) => one);
	if (packets.length === 0) throw new Error(`no packet with ${FEWEST} to ${MOST} outcomes: ${kind}`);
	runFor(MILLISECONDS, packets);
	const best = Math.min(...Array.from({ length: RUNS }, () => runFor(MILLISECONDS, packets)));
	if (kind === "miss") return best;
	return (best * ENDPOINTS * chosen.length) / chosen.reduce((sum, { outcomes }) => sum + outcomes, 0);
}

/**
 * @param {number} milliseconds
 * @param {readonly Packet[]} packets
 */
function runFor(milliseconds, packets) {
	const started = performance.now();
	let count = 0;
	while (performance.now() - started < milliseconds) {
		for (const one of packets) tracer.trace(one);
		count += packets.length;
	}
	return ((performance.now() - started) * 1000) / count;
}
