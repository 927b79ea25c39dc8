import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Expectation } from "./expectation.ts";
import { CONFIGS } from "./expected-configs.ts";
import { SNAPSHOTS } from "./expected-snapshots.ts";

const ROOT = fileURLToPath(new URL("../../fixtures/hostile/", import.meta.url));

/** A snapshot with nothing but the good Service that every hostile snapshot holds too. */
export const GOOD = `${ROOT}good.yaml`;

/** The node of every run. */
export const NODE_ARGUMENTS: readonly string[] = [
	...["--node", "worker-1", "--node-ip", "192.0.2.11", "--node-ip", "2001:db8::11", "--ip-family", "dual"],
];

/** The hostile files of one folder. */
export interface HostileInputs {
	readonly kind: string;
	readonly names: readonly string[];
	readonly table: Readonly<Record<string, Expectation>>;
	readonly fileOf: (name: string) => string;
	/** The arguments of `svcnat` for a file of the folder. */
	readonly argumentsFor: (file: string) => readonly string[];
}

function inputs(
	kind: string,
	table: HostileInputs["table"],
	argumentsFor: HostileInputs["argumentsFor"],
): HostileInputs {
	const names = readdirSync(`${ROOT}${kind}`).sort();
	return { kind, names, table, fileOf: (name) => `${ROOT}${kind}/${name}`, argumentsFor };
}

/** Every hostile file there is. */
export const INPUTS: readonly HostileInputs[] = [
	inputs("snapshots", SNAPSHOTS, (file) => ["dump", "-f", file, ...NODE_ARGUMENTS]),
	inputs("configs", CONFIGS, (file) => ["dump", "-f", GOOD, "--config", file, ...NODE_ARGUMENTS]),
];
