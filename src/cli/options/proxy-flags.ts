import type { ProxyMode } from "../../config/proxy-config.ts";
import { type Fields, isFields } from "../../fields/fields.ts";
import type { Problem } from "../../problem.ts";
import { Trouble } from "../../trouble.ts";
import { PROXY_FLAGS, type ProxyFlag } from "./options.ts";

/** A configuration with the flags of the command line laid over it. */
export interface OverlaidConfig {
	readonly value: unknown;
	/** Which flag a path of the configuration came from: `iptables.masqueradeBit` to `--iptables-masquerade-bit`. */
	readonly flagOf: ReadonlyMap<string, string>;
}

/** Lays kube-proxy's flags over a parsed configuration file, as if they stood there. */
export function overlayFlags(config: unknown, argv: Readonly<Record<string, unknown>>): OverlaidConfig {
	const given = Object.entries(PROXY_FLAGS).filter(([name]) => argv[name] !== undefined);
	if (given.length === 0) return { value: config, flagOf: new Map() };
	if (config !== undefined && config !== null && !isFields(config)) return { value: config, flagOf: new Map() };
	const value = given.reduce<Fields>((fields, [name, flag]) => {
		const given = readFlag(name, flag, argv[name]);
		const changed = withValue(fields, flag.path, given);
		return flag.alsoPath === undefined ? changed : withValue(changed, flag.alsoPath, given);
	}, config ?? {});
	const paths = given.flatMap(([name, { path, alsoPath }]) =>
		[path, ...(alsoPath === undefined ? [] : [alsoPath])].map((one) => [one.join("."), optionOf(name, argv)] as const),
	);
	return { value, flagOf: new Map(paths) };
}

/** Which option names the mode, where another than `--proxy-mode` does. */
const MODE_OPTION = "mode-option";

/** Arguments with the mode that another option names, like `--compare`; problems with the mode are then that option's. */
export function withMode<T extends object>(
	argv: T,
	mode: ProxyMode,
	option: string,
): T & Readonly<Record<string, string>> {
	return { ...argv, "proxy-mode": mode, [MODE_OPTION]: option };
}

function optionOf(flag: string, { [MODE_OPTION]: other }: Readonly<Record<string, unknown>>): string {
	return flag === "proxy-mode" && typeof other === "string" ? other : `--${flag}`;
}

/** A problem in the words of the command line, when a flag caused it. */
export function inWordsOfFlags(problem: Problem, { flagOf }: OverlaidConfig): Problem {
	for (const [path, flag] of flagOf) {
		if (problem.path === path || problem.path.startsWith(`${path}[`) || problem.path.startsWith(`${path}.`)) {
			return { ...problem, object: { kind: "kube-proxy" }, path: flag };
		}
	}
	return problem;
}

function withValue(fields: Fields, path: readonly string[], value: unknown): Fields {
	const [key = "", ...rest] = path;
	if (rest.length === 0) return { ...fields, [key]: value };
	const below = fields[key];
	return { ...fields, [key]: withValue(isFields(below) ? below : {}, rest, value) };
}

function readFlag(name: string, { reads }: ProxyFlag, given: unknown): unknown {
	if (Array.isArray(given) && reads !== "list") throw new Trouble(`--${name}: can be given once`);
	if (reads === "number") return /^\d{1,9}$/.test(String(given)) ? Number(given) : given;
	if (reads === "list")
		return [given]
			.flat()
			.flatMap((text) => String(text).split(","))
			.filter((text) => text !== "");
	if (reads === "gates") return readGates(String(given));
	return given;
}

function readGates(text: string): Fields {
	const gates = text.split(",").map((pair) => {
		const [, gate, value] = /^([A-Za-z0-9]+)=(true|false)$/.exec(pair.trim()) ?? [];
		if (gate === undefined)
			throw new Trouble(`--feature-gates: expected NAME=true or NAME=false, got ${JSON.stringify(pair)}`);
		return [gate, value === "true"] as const;
	});
	return Object.fromEntries(gates);
}
