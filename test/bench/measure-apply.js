// @ts-check
import { spawnSync } from "node:child_process";
import { createWriteStream, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeSnapshot } from "./generate-snapshot.js";
import { printTable } from "./table.js";

/** @typedef {import("./apply-child.js").ApplyTimes} ApplyTimes */

const SIZES = [1000, 5000];

const VARIANTS = ["legacy", "nft"];

const SHAPE = /** @type {const} */ ({ endpoints: 10, profile: "plain", seed: 1 });

/**
 * What `svcnat apply` takes, and the tool alone for the same lines, in network namespaces made for it. Needs root.
 *
 * @param {string} directory for files
 * @returns {Promise<readonly ApplyTimes[]>}
 */
export async function measureApply(directory) {
	const [before, after] = [join(directory, "before.json"), join(directory, "after.json")];
	const all = [];
	for (const services of SIZES) {
		await writeSnapshot({ ...SHAPE, services }, createWriteStream(before));
		writeFileSync(after, withOtherEndpoint(readFileSync(before, "utf8")));
		for (const variant of VARIANTS) {
			process.stderr.write(`apply, ${services} Services, ${variant} ...\n`);
			all.push({ ...inNamespace([variant, before, after, directory]), services });
		}
	}
	return all;
}

/** @param {string} text a snapshot */
function withOtherEndpoint(text) {
	const [first = ""] = /"addresses": \[\s*"10\.[\d.]+"/.exec(text) ?? [];
	if (first === "") throw new Error("no endpoint in the snapshot");
	return text.replace(first, first.replace(/"10\.[\d.]+"/, '"10.200.200.200"'));
}

/**
 * @param {readonly string[]} args
 * @returns {ApplyTimes}
 */
function inNamespace(args) {
	const [guard, child] = ["../lab/guard.sh", "apply-child.js"].map((file) =>
		fileURLToPath(new URL(file, import.meta.url)),
	);
	const script = `ip link set lo up && ip address add 10.0.0.10/32 dev lo && exec "${process.execPath}" "${child}" ${args.join(" ")}`;
	const command = ["--net", "sh", `${guard}`, "net", readlinkSync("/proc/self/ns/net"), script];
	const { status, stdout, stderr } = spawnSync("unshare", command, { encoding: "utf8" });
	if (status !== 0) throw new Error(`apply-child.js: exit ${status}: ${stderr}`);
	return JSON.parse(stdout);
}

/** @param {readonly ApplyTimes[]} all */
export function applyTable(all) {
	const rows = all.map((one) => [
		`${one.services} Services, ${one.variant}`,
		...pair(one.firstLoad),
		...pair(one.change),
		...pair(one.nothing),
	]);
	const head = [
		"svcnat apply",
		"load s",
		"first s",
		"ratio",
		"load s",
		"change s",
		"ratio",
		"save s",
		"nothing s",
		"ratio",
	];
	return printTable([head, ...rows]);
}

/** @param {{ readonly tool: number, readonly svcnat: number }} times */
function pair({ tool, svcnat }) {
	return [seconds(tool), seconds(svcnat), (svcnat / tool).toFixed(2)];
}

/** @param {number} milliseconds */
function seconds(milliseconds) {
	return (milliseconds / 1000).toFixed(2);
}
