import type { Difference } from "../../diff/diff.ts";
import { OTHERS, SHARED } from "../../diff/owner.ts";
import { replaceFile } from "../../system/replace-file.ts";
import { reasonOf, Trouble } from "../../trouble.ts";
import type { Cycle } from "./every.ts";

/**
 * Writes what a check found for node_exporter's textfile collector. The file takes its place in one step, so that nobody
 * reads half of it.
 *
 * @param startedAt when the check began, in milliseconds since 1970
 */
export function writeMetrics(file: string, differences: readonly Difference[], startedAt: number): void {
	writeWhole(file, printMetrics(differences, startedAt, Date.now()));
}

/** Writes how the last of many runs of `apply` went, for the same collector. */
export function writeApplyMetrics(
	file: string,
	{ isGood, endedAt, durationMilliseconds, cycles, failures }: Cycle,
): void {
	const text = printed([
		["apply_success", "Whether the last run left the rules as they should be (1) or not (0).", isGood ? 1 : 0],
		["apply_runs_total", "Runs since the start.", cycles, "counter"],
		["apply_failures_total", "Runs that failed since the start.", failures, "counter"],
		["apply_timestamp_seconds", "When the last run ended, in seconds since 1970.", endedAt / 1000],
		["apply_duration_seconds", "How long the last run took.", durationMilliseconds / 1000],
	]);
	writeWhole(file, text);
}

function writeWhole(file: string, text: string): void {
	try {
		replaceFile(file, text);
	} catch (error) {
		throw new Trouble(`--metrics ${file}: cannot be written: ${reasonOf(error)}`);
	}
}

/** The metrics in Prometheus' text format. */
function printMetrics(differences: readonly Difference[], startedAt: number, endedAt: number): string {
	const count = (values: (difference: Difference) => number): number =>
		differences.reduce((sum, difference) => sum + values(difference), 0);
	const services = new Set(differences.flatMap((one) => one.services.map(({ servicePort }) => servicePort)));
	services.delete(SHARED);
	services.delete(OTHERS);
	return printed([
		[
			"drift",
			"Whether the node's rules differ from what they should be, or another mode can still take packets (1), or not (0).",
			differences.some(({ equal, leftovers }) => !equal || leftovers.length > 0) ? 1 : 0,
		],
		[
			"leftover_modes",
			"Other proxy modes that left something behind that can still take packets.",
			new Set(differences.flatMap(({ leftovers }) => leftovers)).size,
		],
		["rules_missing", "Rules the node should have and has not.", count(({ added }) => added.length)],
		["rules_extra", "Rules of kube-proxy's the node has and should not have.", count(({ removed }) => removed.length)],
		["services_affected", "Service ports whose rules differ.", services.size],
		["check_timestamp_seconds", "When the check was made, in seconds since 1970.", startedAt / 1000],
		["check_duration_seconds", "How long the check took.", (endedAt - startedAt) / 1000],
	]);
}

type Metric = readonly [name: string, help: string, value: number, type?: "counter"];

function printed(metrics: readonly Metric[]): string {
	return metrics
		.map(([name, help, value, type = "gauge"]) => {
			return `# HELP svcnat_${name} ${help}\n# TYPE svcnat_${name} ${type}\nsvcnat_${name} ${value}\n`;
		})
		.join("");
}
