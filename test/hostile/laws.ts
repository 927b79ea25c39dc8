import { expect } from "vitest";
import { partsOf, refusedLines } from "../support/rule-grammar.ts";
import type { Expectation } from "./expectation.ts";

/** What can be asked for. */
export const OUTPUTS = ["restore", "save", "json"] as const;

/** One of them. */
export type Output = (typeof OUTPUTS)[number];

/** What a run left behind, and what it was asked for. */
export interface Outcome {
	readonly status: number | undefined;
	readonly stdout: string;
	readonly stderr: string;
	readonly output: Output;
	/** The hostile file, as messages call it. */
	readonly file: string;
}

/** What every run with hostile input has to keep, whatever the input. */
export function expectLaws(outcome: Outcome): void {
	const { status, stdout, stderr, output } = outcome;
	expect(stderrFindings(stderr)).toEqual([]);
	expect([0, 2]).toContain(status);
	if (status === 2) expect(stdout).toBe("");
	else expect(stdoutFindings(stdout, output)).toEqual([]);
}

/** What this input's entry in the table says. */
export function expectExpectation(outcome: Outcome, expectation: Expectation): void {
	const { status, stdout, stderr, file, output } = outcome;
	expect(codesIn(stderr)).toEqual(expectation.codes);
	expect(status).toBe(expectation.status ?? 0);
	if (expectation.says !== undefined) expect(stderr).toContain(expectation.says.replace("FILE", file));
	if (status === 2) return;
	for (const text of output === "save" ? [] : (expectation.has ?? [])) expect(rulesIn(stdout, output)).toContain(text);
	for (const text of ["evil", ...(expectation.absent ?? [])]) expect(stdout.toLowerCase()).not.toContain(text);
}

/** The codes of problems on standard error, each once, sorted. */
export function codesIn(stderr: string): readonly string[] {
	const codes = stderr.split("\n").flatMap((line) => /^(?:error|warning): .* \(([A-Z_]+)\)$/.exec(line)?.[1] ?? []);
	return [...new Set(codes)].sort();
}

/** Whether a problem of severity error was reported. */
export function hasErrors(stderr: string): boolean {
	return /^error: .* \([A-Z_]+\)$/m.test(stderr);
}

/** A line is one message: nothing in the input may begin a line of its own, or steer the terminal, or flood it. */
export function stderrFindings(stderr: string): readonly string[] {
	if (stderr === "") return [];
	const lines = stderr.endsWith("\n") ? stderr.slice(0, -1).split("\n") : ["no newline at the end"];
	return lines.flatMap((line) => {
		const isMessage = /^(?:error|warning|note): |^ {2}nfacct add [a-z_]+$/.test(line);
		const isInjected = /^error: (?:Service evil\/fake|kube-proxy: fake)/.test(line);
		const hasStack = /^ +at |internal error/.test(line);
		const isPlain = /^[\x20-\x7e\u00a0-\u1fff\u2070-\ufffd]*$/.test(line);
		const isRight = isMessage && !isInjected && !hasStack && isPlain && line.length < 1000;
		return isRight ? [] : [line.slice(0, 300)];
	});
}

function stdoutFindings(stdout: string, output: Output): readonly string[] {
	const parts = output === "json" ? partsInJSON(stdout) : partsOf(stdout);
	if (parts.map(({ family }) => family).join() !== "ipv4,ipv6") return ["not one part for each family"];
	const dialect = output === "restore" ? "restore" : "save";
	return parts.flatMap(({ family, text }) => [
		...refusedLines(text, { dialect, family }),
		...goodRules(family, dialect).filter((rule) => !text.includes(rule)),
	]);
}

/** The texts of rules, put together to what iptables-save would print. */
function partsInJSON(stdout: string): readonly { readonly family: "ipv4" | "ipv6"; readonly text: string }[] {
	const data: DescribedRules = JSON.parse(stdout);
	return data.families.map(({ ipFamily, tables }) => ({
		family: ipFamily,
		text: tables
			.map(({ name, chains }) => `*${name}\n${chains.map(declared).join("")}${chains.map(ruled).join("")}COMMIT\n`)
			.join(""),
	}));
}

interface DescribedChain {
	readonly name: string;
	readonly policy?: string;
	readonly rules: readonly { readonly text: string }[];
}

interface DescribedRules {
	readonly families: readonly {
		readonly ipFamily: "ipv4" | "ipv6";
		readonly tables: readonly { readonly name: string; readonly chains: readonly DescribedChain[] }[];
	}[];
}

function declared({ name, policy }: DescribedChain): string {
	return `:${name} ${policy ?? "-"} [0:0]\n`;
}

function ruled({ rules }: DescribedChain): string {
	return rules.map(({ text }) => `${text}\n`).join("");
}

function rulesIn(stdout: string, output: Output): string {
	return output === "json" ? JSON.stringify(JSON.parse(stdout)) : stdout;
}

/** The good Service is served, whatever stands beside it. */
function goodRules(family: "ipv4" | "ipv6", dialect: "restore" | "save"): readonly string[] {
	const [ip, endpoint, bits] =
		family === "ipv4" ? ["10.96.7.7", "10.244.7.7", 32] : ["fd00:96::7", "[fd00:244::7]", 128];
	const dispatch = {
		restore: `-A KUBE-SERVICES -m comment --comment "ok/good:http cluster IP" -m tcp -p tcp -d ${ip} --dport 80 -j KUBE-SVC-`,
		save: `-A KUBE-SERVICES -d ${ip}/${bits} -p tcp -m comment --comment "ok/good:http cluster IP" -m tcp --dport 80 -j KUBE-SVC-`,
	};
	return [dispatch[dialect], `-j DNAT --to-destination ${endpoint}:8080\n`];
}
