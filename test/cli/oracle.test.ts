import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { canon } from "../support/canon.ts";
import { readCase } from "../support/compile-case.ts";
import { IS_LONG } from "../support/is-long.ts";
import {
	type Capture,
	captures,
	configInMode,
	type OracleCase,
	oracleArguments,
	oracleCases,
} from "../support/oracle.ts";
import { EXCEPTIONS, RANDOM_CASE } from "../support/oracle-exceptions.ts";
import { svcnat } from "../support/svcnat.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";

const AT_ONCE = 2;

/** All cases in a long run, else each eighth: `oracle.test.ts` compares all texts without the binary. */
function sample(cases: readonly OracleCase[]): readonly OracleCase[] {
	return IS_LONG ? cases : cases.filter((_, index) => index % 8 === 1);
}

interface Job {
	readonly oracleCase: OracleCase;
	readonly capture: Capture;
	readonly label: string;
}

describe("the real binary gives what real kube-proxies programmed", () => {
	const cases = oracleCases();
	const jobs = cases.flatMap((oracleCase, index) => {
		const all = captures(oracleCase.name, "iptables").map((capture) => jobOf(oracleCase, capture));
		if (IS_LONG) return all;
		const usable = all.filter(({ label }) => !isException(label));
		// 5 shares no factor with 7 versions times 2 or 4 texts, so that every version and text gets its turn.
		return usable.slice((index * 5) % usable.length).slice(0, 1);
	});

	it("for every text of every case in a long run, else for one of each case", () => {
		expect(jobs.length).toBe(IS_LONG ? 2855 : cases.length);
		const files = new Set(jobs.map(({ capture }) => capture.file));
		const versions = new Set(jobs.map(({ capture }) => capture.version));
		expect([files.size, versions.size]).toEqual([4, 7]);
	});

	it.each(cases)("$name", { timeout: 600_000 }, async ({ name }) => {
		const own = jobs.filter(({ oracleCase }) => oracleCase.name === name);
		for (let start = 0; start < own.length; start += AT_ONCE) {
			await Promise.all(own.slice(start, start + AT_ONCE).map(compare));
		}
	});
});

describe("the real binary gives what real kube-proxies programmed, IPVS mode", () => {
	it.each(sample(oracleCases()))("$name", async (oracleCase) => {
		const directory = temporaryDirectory();
		const args = ["--kube-version", "1.36", "--proxy-mode", "ipvs", "--ip-family", "dual", "--output-dir", directory];
		const { stdout, stderr, exitCode } = await svcnat(["dump", ...oracleArguments(oracleCase), ...args]);
		expect({ stdout, exitCode }, stderr).toEqual({ stdout: "", exitCode: 0 });
		for (const { file, text, outcomes } of captures(oracleCase.name, "ipvs")) {
			const actual = canon(file, readFileSync(join(directory, file), "utf8"));
			const allowed = oracleCase.name === RANDOM_CASE ? [text, ...outcomes] : [text];
			expect(
				allowed.map((one) => canon(file, one)),
				file,
			).toContain(actual);
		}
	});
});

describe("the real binary gives what real kube-proxies programmed, nftables mode", () => {
	const jobs = sample(oracleCases()).flatMap((oracleCase, index) => {
		const texts = captures(oracleCase.name, "nftables");
		const versions = [...new Set(texts.map(({ version }) => version))];
		return IS_LONG
			? versions.map((version) => ({ oracleCase, version }))
			: versions
					.slice(index % versions.length)
					.slice(0, 1)
					.map((version) => ({ oracleCase, version }));
	});

	it("in every version", () => {
		expect(new Set(jobs.map(({ version }) => version)).size).toBe(6);
	});

	it.each(jobs)("$oracleCase.name $version", async ({ oracleCase, version }) => {
		const directory = temporaryDirectory();
		const config = join(directory, "config.json");
		writeFileSync(config, JSON.stringify(configInMode(readCase(oracleCase).config, "nftables")));
		const args = [
			"--kube-version",
			version,
			"--proxy-mode",
			"nftables",
			"--ip-family",
			"dual",
			"--output-dir",
			directory,
		];
		const own = oracleArguments({ ...oracleCase, configFile: config });
		const { stdout, stderr, exitCode } = await svcnat(["dump", ...own, ...args]);
		expect({ stdout, exitCode }, stderr).toEqual({ stdout: "", exitCode: 0 });
		for (const { file, text, version: of } of captures(oracleCase.name, "nftables")) {
			if (of !== version || EXCEPTIONS[`nftables ${oracleCase.name} ${version} ${file}`] !== undefined) continue;
			expect(canon(file, readFileSync(join(directory, file), "utf8")), file).toBe(canon(file, text));
		}
	});
});

function isException(label: string): boolean {
	return EXCEPTIONS[`iptables ${label}`] !== undefined;
}

function jobOf(oracleCase: OracleCase, capture: Capture): Job {
	return { oracleCase, capture, label: `${oracleCase.name} ${capture.version} ${capture.file}` };
}

async function compare({ oracleCase, capture, label }: Job): Promise<void> {
	const family = capture.file.includes(".v4.") ? "ipv4" : "ipv6";
	const output = capture.file.startsWith("save") ? "save" : "restore";
	const args = ["--kube-version", capture.version, "--ip-family", family, "-o", output];
	const { stdout, stderr, exitCode } = await svcnat(["dump", ...oracleArguments(oracleCase), ...args]);
	expect(exitCode, `${label}: ${stderr}`).toBe(0);
	const actual = canon(capture.file, stdout);
	if (isException(label))
		expect(actual, `${label} is a listed exception, but equal`).not.toBe(canon(capture.file, capture.text));
	else if (oracleCase.name === RANDOM_CASE)
		expect(
			[capture.text, ...capture.outcomes].map((text) => canon(capture.file, text)),
			label,
		).toContain(actual);
	else expect(actual, label).toBe(canon(capture.file, capture.text));
}
