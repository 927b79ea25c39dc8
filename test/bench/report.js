// @ts-check
import { printTable } from "./table.js";

/**
 * What was measured of one snapshot.
 *
 * @typedef {object} Figures
 * @property {string} name
 * @property {import("./measure.js").StageTimes} stages
 * @property {import("./measure.js").ProcessCost} dump
 */

const STAGES = ["JSON.parse", "parse", "read", "model", "rules", "print", "compile", "objects to text"];

/**
 * Milliseconds of every stage, and how many times JSON.parse of the same file that is.
 *
 * @param {readonly Figures[]} all
 */
export function stageTable(all) {
	const head = ["", ...STAGES.map((stage) => `${stage} ms`)];
	const rows = all.flatMap(({ name, stages: { milliseconds } }) => {
		const times = STAGES.map((stage) => milliseconds[stage] ?? 0);
		return [
			[name, ...times.map((time) => time.toFixed(0))],
			["  / JSON.parse", ...times.map((time) => (time / (times[0] ?? 0)).toFixed(2))],
		];
	});
	return printTable([head, ...rows]);
}

/**
 * What the whole process costs.
 *
 * @param {readonly Figures[]} all
 */
export function dumpTable(all) {
	const head = ["svcnat dump -f FILE -o restore", "endpoints", "rules", "wall ms", "CPU ms", "peak RSS MiB"];
	const rows = all.map(({ name, stages, dump }) => [
		name,
		...[stages.endpoints, stages.rules, dump.wall, dump.cpu, dump.rss].map((number) => number.toFixed(0)),
	]);
	return printTable([head, ...rows]);
}

/**
 * Time for an endpoint in the 10k snapshot, divided by that in the 5k snapshot of the same profile: 1 is linear. Empty
 * unless both were measured.
 *
 * @param {readonly Figures[]} all
 */
export function growthTable(all) {
	const stages = STAGES.slice(2);
	const rows = ["plain", "mixed"].flatMap((profile) => {
		const small = all.find(({ name }) => name === `${profile}-5k`);
		const big = all.find(({ name }) => name === `${profile}-10k`);
		if (small === undefined || big === undefined) return [];
		const factors = stages.map((stage) => perEndpoint(big.stages, stage) / perEndpoint(small.stages, stage));
		return [[profile, ...factors.map((factor) => factor.toFixed(2))]];
	});
	return rows.length === 0 ? "" : printTable([["per endpoint, 10k / 5k", ...stages], ...rows]);
}

/**
 * @param {import("./measure.js").StageTimes} times
 * @param {string} stage
 */
function perEndpoint({ milliseconds, endpoints }, stage) {
	return (milliseconds[stage] ?? 0) / endpoints;
}
