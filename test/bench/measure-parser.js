// @ts-check
import { runChild } from "./run-child.js";
import { printTable } from "./table.js";

/** @typedef {import("./parser-child.js").ParserTimes} ParserTimes */

/**
 * What the parser of iptables, and the comparison of two dumps, take for the dump of a snapshot.
 *
 * @param {string} snapshotFile
 * @param {string} dumpFile written here
 * @returns {ParserTimes}
 */
export function measureParser(snapshotFile, dumpFile) {
	const run = (/** @type {string[]} */ ...args) => runChild("parser-child.js", ...args);
	run("print", snapshotFile, dumpFile);
	const times = JSON.parse(run("times", dumpFile, snapshotFile));
	const { rss } = JSON.parse(run("memory", dumpFile));
	return { ...times, rss, ...JSON.parse(run("diff", dumpFile)) };
}

/**
 * Milliseconds, how many times JSON.parse of as many bytes that is, and time for a rule compared with the 1k snapshot of
 * the same profile: 1 is linear.
 *
 * @param {readonly { readonly name: string, readonly parser: ParserTimes }[]} all
 */
export function parserTable(all) {
	const head = ["parse of iptables-save"];
	head.push("rules", "MB", "JSON.parse ms", "parse ms", "/ JSON.parse", "cold ms", "µs a rule", "/ 1k", "RSS MiB");
	head.push("diff ms", "/ JSON.parse", "/ 1k", "RSS MiB");
	const rows = all.map(({ name, parser }) => {
		const small = all.find((other) => other.name === name.replace(/-.*/, "-1k"))?.parser;
		const growth = (/** @type {number} */ one, /** @type {number} */ other) => (one / other).toFixed(2);
		return [
			name,
			...[parser.rules, parser.bytes / 1e6, parser.json, parser.parse].map((number) => number.toFixed(0)),
			(parser.parse / parser.json).toFixed(2),
			parser.cold.toFixed(0),
			perRule(parser).toFixed(2),
			small === undefined ? "" : growth(perRule(parser), perRule(small)),
			parser.rss.toFixed(0),
			parser.diff.toFixed(0),
			growth(parser.diff, parser.json),
			small === undefined ? "" : growth(parser.diff / parser.rules, small.diff / small.rules),
			parser.diffRss.toFixed(0),
		];
	});
	return printTable([head, ...rows]);
}

/**
 * Microseconds.
 *
 * @param {ParserTimes} times
 */
function perRule({ parse, rules }) {
	return (parse * 1000) / rules;
}
