// @ts-check
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { main } from "../../dist/cli/main.js";

/**
 * Runs the steps of a session one after the other, in the network namespace it is started in, and prints a line of JSON
 * for each. A step is a command line of svcnat, run inside this process, or a shell script.
 *
 * @typedef {{ svcnat: string[] } | { shell: string, input?: string }} Step
 */

/** @type {Step[]} */
const steps = JSON.parse(readFileSync(0, "utf8"));
const print = process.stdout.write.bind(process.stdout);
// Each run of main listens for errors of both streams once.
process.stdout.setMaxListeners(0);
process.stderr.setMaxListeners(0);

for (const step of steps) {
	const result = "svcnat" in step ? await inProcess(step.svcnat) : shell(step);
	print(`${JSON.stringify(result)}\n`);
}

/** @param {string[]} args */
async function inProcess(args) {
	/** @type {string[]} */
	const [stdout, stderr] = [[], []];
	process.stdout.write = collect(stdout);
	process.stderr.write = collect(stderr);
	const status = await main(args);
	return { status, stdout: stdout.join(""), stderr: stderr.join("") };
}

/**
 * @param {string[]} into
 * @returns {typeof process.stdout.write}
 */
function collect(into) {
	return (text, ...rest) => {
		into.push(String(text));
		const done = rest.find((argument) => typeof argument === "function");
		if (typeof done === "function") done();
		return true;
	};
}

/** @param {{ shell: string, input?: string }} step */
function shell({ shell: script, input = "" }) {
	const { status, stdout, stderr } = spawnSync("sh", ["-c", script], { input, encoding: "utf8", maxBuffer: 1e9 });
	return { status, stdout, stderr };
}
