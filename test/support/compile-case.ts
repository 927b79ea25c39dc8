import { readFileSync } from "node:fs";
import yaml from "js-yaml";
import type { Snapshot } from "../../src/index.ts";
import {
	backends,
	buildModel,
	type Family,
	type KubeVersion,
	type Model,
	type ProxyMode,
	parseIP,
	readProxyConfig,
	readSnapshot,
} from "../../src/index.ts";
import type { ReadResult } from "../../src/snapshot/read-snapshot.ts";
import { configInMode, type OracleCase } from "./oracle.ts";

/** A case read once, to be compiled many times. */
export interface ReadCase {
	readonly case: OracleCase;
	readonly read: ReadResult;
	readonly config: unknown;
}

/** Reads the files of a case. */
export function readCase(oracleCase: OracleCase): ReadCase {
	return {
		case: oracleCase,
		read: readSnapshot([{ value: parseYAML(oracleCase.snapshotFile), source: "snapshot.yaml" }]),
		config: parseYAML(oracleCase.configFile),
	};
}

function parseYAML(file: string): unknown {
	return yaml.load(readFileSync(file, "utf8"), { schema: yaml.CORE_SCHEMA });
}

/** The model of a case; undefined when the configuration is refused. */
export function modelOfCase(
	{ case: { config: own }, read, config: value }: ReadCase,
	kubeVersion: KubeVersion,
	family: Family,
	snapshot: Snapshot = read.snapshot,
	mode: ProxyMode = "iptables",
): Model | undefined {
	const { config } = readProxyConfig(configInMode(value, mode), { kubeVersion });
	if (config === undefined) return undefined;
	const interfaces = (own.interfaces ?? []).flatMap(({ addresses }) => addresses ?? []);
	const { model } = buildModel(snapshot, {
		node: own.nodeName,
		nodeIPs: own.nodeIPs.flatMap((ip) => parseIP(ip) ?? []),
		interfaceIPs: interfaces.flatMap((cidr) => parseIP(cidr.split("/")[0] ?? "") ?? []),
		family,
		config,
		kubeVersion,
	});
	return model;
}

/** The texts of all parts of a mode, both families, by name; none when the configuration is refused. */
export function compileParts(
	readCase: ReadCase,
	mode: ProxyMode,
	kubeVersion: KubeVersion,
	snapshot?: Snapshot,
): Readonly<Record<string, string>> {
	const models = (["ipv4", "ipv6"] as const).flatMap(
		(family) => modelOfCase(readCase, kubeVersion, family, snapshot, mode) ?? [],
	);
	if (models.length === 0) return {};
	const parts = backends[mode]((backend) => backend.parts(models.map((model) => backend.build(model))));
	return Object.fromEntries(parts.map((part) => [part.name, part.print()]));
}
