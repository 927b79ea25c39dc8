import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { runInProcess } from "./run-in-process.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

/** Where the packets go. */
export const TO = "10.96.0.9:80";

/** What the command line says. */
export interface Answer {
	readonly status: number;
	readonly verdicts: readonly string[];
	/** Both streams, but for the JSON. */
	readonly said: string;
}

/** Traces a packet from outside through a dump, for programs and for people. */
export async function traced(
	dump: string,
	args: readonly string[] = ["--from", "external", "--to", TO],
): Promise<Answer> {
	const file = join(temporaryDirectory(), "dump.txt");
	writeFileSync(file, dump);
	const run = (...more: string[]) => runInProcess(["trace", "--rules", file, ...args, ...more]);
	const [json, text] = [await run("-o", "json"), await run()];
	expect(text.status).toBe(json.status);
	if (json.status !== 0) {
		expect(json.stdout).toBe("");
		return { status: json.status, verdicts: [], said: json.stderr };
	}
	const { outcomes } = JSON.parse(json.stdout) as { outcomes: readonly Outcome[] };
	expect(outcomes.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 9);
	const verdicts = outcomes.map(
		({ verdict, destination: { ip, port }, reason }) =>
			`${verdict} ${ip}:${port}${verdict === "unknown" ? `: ${reason}` : ""}`,
	);
	return { status: json.status, verdicts, said: text.stdout + text.stderr };
}

interface Outcome {
	readonly probability: number;
	readonly verdict: string;
	readonly destination: { readonly ip: string; readonly port: number };
	readonly reason: string;
}

/** A dump of the filter table with some rules; every chain that has a rule is there. */
export function filter(rules: readonly string[], policy = "ACCEPT"): string {
	const chains = new Set(rules.map((rule) => rule.split(" ")[1] ?? "").filter((chain) => chain !== "FORWARD"));
	const declared = [...chains].map((chain) => `:${chain} - [0:0]`);
	return `*filter\n:FORWARD ${policy} [0:0]\n${[...declared, ...rules].join("\n")}\nCOMMIT\n`;
}

/** A dump of the nat table with these lines. */
export function nat(rules: readonly string[]): string {
	return `*nat\n:PREROUTING ACCEPT [0:0]\n${rules.join("\n")}\nCOMMIT\n`;
}

/** For dumps that do not say their family. */
export const IPV4 = ["--ip-family", "ipv4", "--from", "external", "--to", TO];
/** What becomes of a packet that no rule decides about. */
export const PASSED = `forwarded ${TO}`;
/** What becomes of one that a rule drops. */
export const DROPPED = `dropped ${TO}`;
/** The only verdict when nobody can tell, with its reason. */
export const unknown = (reason: string, to = TO): readonly string[] => [
	expect.stringContaining(`unknown ${to}: `) && expect.stringContaining(reason),
];

/** Lines of one kind. */
export const many = (count: number, line: (index: number) => string): readonly string[] =>
	Array.from({ length: count }, (_, index) => line(index));
