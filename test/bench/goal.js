// @ts-check
import { printTable } from "./table.js";

/**
 * One thing that is to be fast.
 *
 * @typedef {object} Goal
 * @property {string} what
 * @property {string} against what it is measured against, in the same run
 * @property {number} ratio
 * @property {number} aim the ratio is to be at most this
 * @property {string} figures what was measured, for people
 */

/**
 * Makes goals of a snapshot.
 *
 * @param {string} profile behind what it is; empty: nothing
 * @returns {(what: string, against: string, measured: number, base: number, aim: number) => Goal}
 */
export function goalMaker(profile) {
	return (what, against, measured, base, aim) => ({
		what: profile === "" ? what : `${what}, ${profile}`,
		against,
		ratio: measured / base,
		aim,
		figures: `${round(measured)} / ${round(base)}`,
	});
}

/** @param {number} number */
function round(number) {
	return number >= 10 ? number.toFixed(0) : number.toPrecision(2);
}

/**
 * What was measured, and whether it is as it should be.
 *
 * @param {readonly Goal[]} goals
 */
export function goalTable(goals) {
	const rows = goals.map(({ what, against, ratio, aim, figures }) => [
		what,
		against,
		figures,
		ratio.toFixed(2),
		String(aim),
		ratio <= aim ? "met" : "not met",
	]);
	return printTable([["what", "against", "measured", "ratio", "aim", ""], ...rows]);
}
