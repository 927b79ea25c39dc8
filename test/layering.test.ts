import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const SRC = fileURLToPath(new URL("../src/", import.meta.url));

/** Files and folders that everybody may import: they import only each other. */
const BASE = [
	"net",
	"hash",
	"common-ends.ts",
	"once.ts",
	"printable.ts",
	"problem.ts",
	"trouble.ts",
	"unreachable.ts",
	"lang/command.ts",
	"lang/origin.ts",
];

/** What each part may import beside itself and the base. `docs/architecture.md` explains the table. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
	base: [],
	fields: [],
	config: ["fields"],
	snapshot: ["fields"],
	model: ["config", "snapshot"],
	save: ["config", "fields", "snapshot"],
	"lang/ipset": [],
	"lang/iptables": [],
	"lang/ipvs": [],
	"lang/ip": [],
	"lang/nft": [],
	"lang/node-state.ts": ["lang/ipset", "lang/iptables", "lang/ipvs", "lang/nft"],
	kube: ["lang/iptables", "lang/nft"],
	diff: ["kube", "lang/ipset", "lang/iptables", "lang/ipvs", "lang/nft", "lang/node-state.ts"],
	trace: ["kube", "lang/ipset", "lang/iptables", "lang/ipvs", "lang/nft", "lang/node-state.ts"],
	system: [],
	apply: ["diff", "kube", "lang/ipset", "lang/iptables", "lang/ipvs", "lang/nft", "lang/node-state.ts", "system"],
	cluster: ["fields", "snapshot", "system"],
	backend: ["config", "model", "lang/node-state.ts"],
	"backend/netfilter": ["backend", "config", "model", "lang/iptables"],
	"backend/iptables": ["backend", "backend/netfilter", "config", "model", "lang/iptables"],
	"backend/ipvs": ["backend", "backend/netfilter", "model", "lang/ipset", "lang/iptables", "lang/ipvs"],
	"backend/nftables": ["backend", "config", "model", "lang/nft"],
	"backends.ts": ["backend", "backend/iptables", "backend/ipvs", "backend/nftables", "config"],
	explain: [
		"backend",
		"backend/iptables",
		"backend/ipvs",
		"backend/nftables",
		"config",
		"diff",
		"kube",
		"lang/ipset",
		"lang/iptables",
		"lang/ipvs",
		"lang/nft",
		"lang/node-state.ts",
		"model",
		"snapshot",
		"trace",
	],
	"index.ts": [
		"backend",
		"backends.ts",
		"config",
		"diff",
		"explain",
		"lang/ip",
		"lang/ipset",
		"lang/iptables",
		"lang/ipvs",
		"lang/nft",
		"lang/node-state.ts",
		"model",
		"save",
		"snapshot",
		"trace",
	],
	cli: [
		"apply",
		"backend",
		"backends.ts",
		"cluster",
		"config",
		"diff",
		"explain",
		"fields",
		"kube",
		"lang/ip",
		"lang/ipset",
		"lang/iptables",
		"lang/ipvs",
		"lang/nft",
		"lang/node-state.ts",
		"model",
		"save",
		"snapshot",
		"system",
		"trace",
	],
};

/** Packages of others, by the part that may import them. */
const MAY_IMPORT_PACKAGES: Readonly<Record<string, readonly string[]>> = {
	base: ["ipaddr.js", "@noble/hashes"],
	apply: ["execa", "node:"],
	system: ["node:"],
	cluster: ["@kubernetes/client-node", "execa", "js-yaml", "node:"],
	cli: ["js-yaml", "node:", "yargs"],
};

interface Import {
	readonly file: string;
	readonly to: string;
}

function partOf(file: string): string {
	if (BASE.some((base) => file === base || file.startsWith(`${base}/`))) return "base";
	const parts = Object.keys(MAY_IMPORT).filter((part) => file === part || file.startsWith(`${part}/`));
	return parts.sort((a, b) => b.length - a.length)[0] ?? `unknown part of src: ${file}`;
}

function sources(): readonly string[] {
	const files = readdirSync(SRC, { recursive: true, encoding: "utf8" });
	return files.filter((file) => file.endsWith(".ts")).sort();
}

function importsOf(file: string): readonly Import[] {
	const text = readFileSync(join(SRC, file), "utf8");
	const found = text.matchAll(/^(?:import|export)\b[^;]*?from "([^"]+)";|^import "([^"]+)";|\bimport\("([^"]+)"\)/gm);
	return [...found].map((match) => {
		const to = match[1] ?? match[2] ?? match[3] ?? "";
		return { file, to: to.startsWith(".") ? relative(SRC, join(SRC, dirname(file), to)) : `package ${to}` };
	});
}

const imports = sources().flatMap(importsOf);

describe("imports", () => {
	it("are found", () => {
		expect(imports.length).toBeGreaterThan(150);
	});

	it("follow the table of docs/architecture.md", () => {
		const wrong = imports.filter(({ file, to }) => {
			const from = partOf(file);
			if (to.startsWith("package ")) {
				return !(MAY_IMPORT_PACKAGES[from] ?? []).some((name) => to.startsWith(`package ${name}`));
			}
			const target = partOf(to);
			return target !== from && target !== "base" && !(MAY_IMPORT[from] ?? []).includes(target);
		});
		expect(wrong).toEqual([]);
	});

	it("have no cycles", () => {
		const edges = new Map<string, string[]>();
		for (const { file, to } of imports) edges.set(file, [...(edges.get(file) ?? []), to]);
		const done = new Set<string>();
		const visit = (file: string, path: readonly string[]): readonly string[] | undefined => {
			if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
			if (done.has(file)) return undefined;
			for (const next of edges.get(file) ?? []) {
				const cycle = visit(next, [...path, file]);
				if (cycle !== undefined) return cycle;
			}
			done.add(file);
			return undefined;
		};
		expect(
			sources()
				.map((file) => visit(file, []))
				.filter((cycle) => cycle !== undefined),
		).toEqual([]);
	});

	it("say that only the command line, what changes a machine and what reads a cluster may import Node", () => {
		const node = imports.filter(({ to }) => to.startsWith("package node:")).map(({ file }) => partOf(file));
		expect(new Set(node)).toEqual(new Set(["apply", "cli", "cluster", "system"]));
	});
});
