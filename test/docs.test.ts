import { readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { describe, expect, it } from "vitest";
import { REASONS as iptablesReasons } from "../src/backend/iptables/reason.ts";
import { REASONS as ipvsReasons } from "../src/backend/ipvs/reason.ts";
import { REASONS as nftablesReasons } from "../src/backend/nftables/reason.ts";
import { CHANGE_KINDS } from "../src/diff/change.ts";
import { FINDINGS } from "../src/diff/finding.ts";
import { problems } from "../src/problem.ts";
import { SVCNAT } from "./support/svcnat.ts";
import { temporaryDirectory } from "./support/temporary-directory.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const PAGES = [
	"README.md",
	...readdirSync(join(ROOT, "docs"), { recursive: true, encoding: "utf8" }).map((page) => join("docs", page)),
]
	.filter((page) => page.endsWith(".md"))
	.sort();

/** Commands of a page with the output it shows: blocks that start with `console`, one command each. */
function examples(page: string): readonly { readonly command: string; readonly output: string }[] {
	const text = readFileSync(join(ROOT, page), "utf8");
	return [...text.matchAll(/^```console\n\$ (.+)\n([\s\S]*?)^```$/gm)].map(([, command = "", output = ""]) => ({
		command,
		output,
	}));
}

/** `UPDATE_GOLDEN=1` puts the real output into the page. Read the diff before you commit it. */
function rewrite(page: string, command: string, shown: string, output: string): void {
	const file = join(ROOT, page);
	const block = (text: string): string => `\`\`\`console\n$ ${command}\n${text}\`\`\``;
	writeFileSync(
		file,
		readFileSync(file, "utf8").replace(block(shown), () => block(output)),
	);
}

describe("outputs shown in the docs are real", () => {
	for (const page of PAGES) {
		for (const { command, output } of examples(page)) {
			it(`${page}: ${command}`, async () => {
				const bin = temporaryDirectory();
				symlinkSync(SVCNAT, join(bin, "svcnat"));
				const env = { PATH: `${bin}:${process.env["PATH"] ?? ""}` };
				const run = await execa("bash", ["--norc", "-c", command], {
					cwd: ROOT,
					stdin: "ignore",
					env,
					extendEnv: false,
					reject: false,
					all: true,
					stripFinalNewline: false,
				});
				if (process.env["UPDATE_GOLDEN"] === "1") rewrite(page, command, output, run.all ?? "");
				else expect(run.all).toBe(output);
			});
		}
	}

	it("drawn, too: a diagram is the output of the command before it", () => {
		const drawn = PAGES.flatMap((page) => {
			const text = readFileSync(join(ROOT, page), "utf8");
			const diagrams = text.matchAll(/^```console\n\$ .*\n([^`]*)^```$\s+(?:[^`]*\n)?^```mermaid\n([^`]*)^```$/gm);
			return [...diagrams].map(([, output, diagram]) => ({ output, diagram }));
		});
		expect(drawn.length).toBeGreaterThan(0);
		for (const { output, diagram } of drawn) expect(diagram).toBe(output);
	});

	it("in the README at least", () => {
		expect(examples("README.md").length).toBeGreaterThan(0);
	});
});

describe("docs", () => {
	it("link only to files that exist", () => {
		const broken = PAGES.flatMap((page) => {
			const text = readFileSync(join(ROOT, page), "utf8");
			const links = [...text.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, link = ""]) => join(page, "..", link));
			return links.filter((link) => !exists(link)).map((link) => `${page}: ${link}`);
		});
		expect(broken).toEqual([]);
	});

	it("say of every reason once what it means, in the words of the tool", () => {
		const text = readFileSync(join(ROOT, "docs", "json.md"), "utf8");
		const [, table = ""] = /^\| `reason` \| meaning \|\n((?:\|.*\n)+)/m.exec(text) ?? [];
		const told = [...table.matchAll(/^\| `([a-z-]+)` \| (.+) \|$/gm)].map(([, reason, words]) => ({ reason, words }));
		const inModes = new Map<string, Set<string>>();
		const everyReason = [iptablesReasons, ipvsReasons, nftablesReasons].flatMap((reasons) =>
			Object.entries<string>(reasons),
		);
		for (const [reason, meaning] of everyReason) {
			inModes.set(reason, (inModes.get(reason) ?? new Set()).add(meaning));
		}
		const known = [...inModes].map(([reason, words]) => ({ reason, words: [...words].join("; in IPVS mode: ") }));
		expect(told).toEqual(known);
	});

	it("tell of every kind of change, and of every finding with its severity", () => {
		const json = readFileSync(join(ROOT, "docs", "json.md"), "utf8");
		const page = readFileSync(join(ROOT, "docs", "diff.md"), "utf8");
		expect(Object.keys(CHANGE_KINDS).filter((kind) => !json.includes(`\`${kind}\``))).toEqual([]);
		expect(Object.keys(FINDINGS).filter((code) => !page.includes(`\n| \`${code}\` | `))).toEqual([]);
	});

	it("explain every problem code, and no other", () => {
		const text = readFileSync(join(ROOT, "docs", "problems.md"), "utf8");
		const codes = [...text.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, code]) => code);
		expect(codes).toEqual(Object.keys(problems));
	});
});

function exists(path: string): boolean {
	try {
		return readFileSync(join(ROOT, path)).length >= 0;
	} catch (error) {
		return error instanceof Error && "code" in error && error.code === "EISDIR";
	}
}
