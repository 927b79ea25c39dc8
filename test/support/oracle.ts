import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import yaml from "js-yaml";
import { KUBE_VERSIONS, type KubeVersion } from "../../src/config/kube-version.ts";
import type { ProxyMode } from "../../src/index.ts";

/** The captures of real kube-proxies. */
const ROOT = fileURLToPath(new URL("../../fixtures/oracle/", import.meta.url));

/** One captured cluster state. */
export interface OracleCase {
	readonly name: string;
	readonly snapshotFile: string;
	readonly configFile: string;
	readonly config: OracleConfig;
}

/** `config.yaml`: three keys of the capture's own, beside the fields of KubeProxyConfiguration. */
export interface OracleConfig {
	readonly nodeName: string;
	readonly nodeIPs: readonly string[];
	readonly interfaces?: readonly { readonly name: string; readonly addresses?: readonly string[] }[];
}

/** One text that a real kube-proxy left behind. */
export interface Capture {
	readonly version: KubeVersion;
	/** `restore.v4.txt`, `save.v6.txt` … */
	readonly file: string;
	readonly text: string;
	/** Every outcome recorded for the same input under 1.36, the main one first. */
	readonly outcomes: readonly string[];
}

/** Every case, by name. */
export function oracleCases(): readonly OracleCase[] {
	return readdirSync(join(ROOT, "cases"))
		.sort()
		.map((name) => {
			const configFile = join(ROOT, "cases", name, "config.yaml");
			const config = yaml.load(readFileSync(configFile, "utf8"), { schema: yaml.CORE_SCHEMA }) as OracleConfig;
			return { name, snapshotFile: join(ROOT, "cases", name, "snapshot.yaml"), configFile, config };
		});
}

/** Every text captured for a case in a mode, oldest version first. */
export function captures(name: string, mode: ProxyMode): readonly Capture[] {
	const index = JSON.parse(readFileSync(join(ROOT, "expected", name, "index.json"), "utf8"));
	const files: Record<string, Record<string, string | null>> = index[mode] ?? {};
	return Object.entries(files).flatMap(([file, paths]) =>
		KUBE_VERSIONS.flatMap((version) => {
			const path = paths[version];
			// Null: in IPVS mode a tool that printed nothing; in other modes a run that failed before it got that far.
			if (path === undefined || (path === null && mode !== "ipvs")) return [];
			const newest = paths["1.36"];
			const main = newest === undefined ? [] : [readExpected(newest)];
			const outcomes = [...main, ...variants(name, mode, file)].map((text) => asPart(file, text));
			return { version, file, text: asPart(file, readExpected(path)), outcomes };
		}),
	);
}

/** Addresses of `kube-ipvs0` were captured as `ip -o address` prints them; the part has `address/length` only. */
function asPart(file: string, text: string): string {
	if (file !== "kube-ipvs0.txt") return text;
	return [...text.matchAll(/ inet6? (\S+) /g)].map(([, address]) => `${address}\n`).join("");
}

function readExpected(path: string | null): string {
	return path === null ? "" : readFileSync(join(ROOT, "expected", path), "utf8");
}

function variants(name: string, mode: string, file: string): readonly string[] {
	const directory = join(ROOT, "expected", name, "1.36", mode, "variants");
	if (!existsSync(directory)) return [];
	const files = readdirSync(directory).filter((candidate) => candidate.startsWith(`${file}.`));
	return files.sort().map((candidate) => readFileSync(join(directory, candidate), "utf8"));
}

/**
 * The configuration of a case in a mode. Cases say once, under `iptables`, how they masquerade; the nftables mode has a section of
 * its own, and the captures were made with a copy of it.
 */
export function configInMode(config: unknown, mode: ProxyMode): unknown {
	if (mode !== "nftables" || typeof config !== "object" || config === null) return config;
	return { ...config, mode, nftables: "iptables" in config ? config.iptables : {} };
}

/** The options with which `svcnat` is called for a case. */
export function oracleArguments({ snapshotFile, configFile, config }: OracleCase): readonly string[] {
	const interfaces = (config.interfaces ?? []).filter(({ addresses }) => (addresses ?? []).length > 0);
	return [
		...["-f", snapshotFile, "--config", configFile, "--node", config.nodeName],
		...config.nodeIPs.flatMap((ip) => ["--node-ip", ip]),
		...interfaces.flatMap(({ name, addresses = [] }) => ["--interface", `${name}=${addresses.join(",")}`]),
	];
}
