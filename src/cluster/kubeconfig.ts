import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, isAbsolute, join, resolve } from "node:path";
import yaml from "js-yaml";
import { type Fields, isFields } from "../fields/fields.ts";
import { reasonOf, Trouble } from "../trouble.ts";

/** What kubeconfig files come to together. Paths in it are absolute. */
export interface KubeconfigFiles {
	/** The files that were read, in order. */
	readonly files: readonly string[];
	readonly currentContext: string | undefined;
	/** By name. */
	readonly contexts: ReadonlyMap<string, Fields>;
	readonly clusters: ReadonlyMap<string, Fields>;
	readonly users: ReadonlyMap<string, Fields>;
}

/** Where kubeconfig files are looked for. */
export interface KubeconfigPlaces {
	readonly files: readonly string[];
	/** A file that is missing is a mistake: it was named by an option. */
	readonly isRequired: boolean;
}

/** kubectl's order: the option, else the files of $KUBECONFIG, else `~/.kube/config`; the first that is set. */
export function kubeconfigPlaces(given: string | undefined, environment: NodeJS.ProcessEnv): KubeconfigPlaces {
	if (given !== undefined) return { files: [given], isRequired: true };
	const listed = (environment["KUBECONFIG"] ?? "").split(delimiter).filter((file) => file !== "");
	if (listed.length > 0) return { files: listed, isRequired: false };
	return { files: [join(environment["HOME"] ?? homedir(), ".kube", "config")], isRequired: false };
}

/**
 * Reads kubeconfig files and merges them as kubectl does: files that are not there are passed over, and of two entries
 * of one name, or two current contexts, the first one counts.
 *
 * client-node can merge files too, but the last current context wins there and a name that is there twice is an error.
 *
 * @throws Trouble when a file cannot be read or is none
 */
export function readKubeconfig({ files, isRequired }: KubeconfigPlaces): KubeconfigFiles {
	const found = isRequired ? files : files.filter((file) => existsSync(file));
	const parsed = found.map((file) => ({ file: resolve(file), value: parse(file) }));
	const contexts = parsed.map(({ value }) => value["current-context"]);
	return {
		files: found,
		currentContext: contexts.find((name): name is string => typeof name === "string" && name !== ""),
		contexts: merged(parsed, "contexts", "context", []),
		clusters: merged(parsed, "clusters", "cluster", ["certificate-authority"]),
		users: merged(parsed, "users", "user", ["client-certificate", "client-key", "tokenFile"]),
	};
}

interface Parsed {
	readonly file: string;
	readonly value: Fields;
}

/** What js-yaml says of a place may quote the file, and the file holds secrets: only line and column are told. */
function parse(file: string): Fields {
	let value: unknown;
	try {
		value = yaml.load(readFileSync(file, "utf8"), { schema: yaml.CORE_SCHEMA });
	} catch (error) {
		if (!(error instanceof yaml.YAMLException)) throw new Trouble(`${file}: cannot be read: ${reasonOf(error)}`);
		const { line, column } = error.mark ?? {};
		const place = line === undefined || column === undefined ? file : `${file}:${line + 1}:${column + 1}`;
		throw new Trouble(`${place}: expected a kubeconfig, found no valid YAML`);
	}
	if (value === undefined || value === null) return {};
	if (isFields(value)) return value;
	throw new Trouble(`${file}: expected a kubeconfig (kind: Config), found no object`);
}

function merged(
	parsed: readonly Parsed[],
	listKey: string,
	entryKey: string,
	pathKeys: readonly string[],
): ReadonlyMap<string, Fields> {
	const entries = new Map<string, Fields>();
	for (const { file, value } of parsed) {
		const list = value[listKey] ?? [];
		if (!Array.isArray(list)) throw new Trouble(`${file}: ${listKey}: expected a list`);
		for (const [index, named] of list.entries()) {
			const place = `${file}: ${listKey}[${index}]`;
			const name: unknown = isFields(named) ? named["name"] : undefined;
			if (typeof name !== "string") throw new Trouble(`${place}.name: expected a name, found none`);
			const entry: unknown = named[entryKey] ?? {};
			if (!isFields(entry)) throw new Trouble(`${place}.${entryKey}: expected an object`);
			if (!entries.has(name)) entries.set(name, withAbsolutePaths(entry, pathKeys, dirname(file)));
		}
	}
	return entries;
}

/** Paths are relative to the file they stand in, the command of a plugin only when it has a slash. */
function withAbsolutePaths(entry: Fields, keys: readonly string[], directory: string): Fields {
	const absolute = keys.flatMap((key) => {
		const path = entry[key];
		return typeof path === "string" && path !== "" ? [[key, toAbsolute(path, directory)] as const] : [];
	});
	const { exec } = entry;
	const command = isFields(exec) ? exec["command"] : undefined;
	const plugin =
		isFields(exec) && typeof command === "string" && command.includes("/")
			? { exec: { ...exec, command: toAbsolute(command, directory) } }
			: {};
	return { ...entry, ...Object.fromEntries(absolute), ...plugin };
}

function toAbsolute(path: string, directory: string): string {
	return isAbsolute(path) ? path : join(directory, path);
}
