import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { loadAll } from "js-yaml";

/** The repository. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

const FOLDER = join(ROOT, "docs", "deploy");

/** A mapping of YAML. */
export type Fields = Readonly<Record<string, unknown>>;

/** An object of a manifest. */
export interface Manifest {
	readonly file: string;
	readonly object: Fields;
}

/** The text of a file of `docs/deploy`. */
export function deployText(file: string): string {
	return readFileSync(join(FOLDER, file), "utf8");
}

/** Every object of every manifest, in the order of the file names. */
export function manifests(): readonly Manifest[] {
	const files = readdirSync(FOLDER).filter((file) => file.endsWith(".yaml"));
	return files
		.sort()
		.flatMap((file) => loadAll(deployText(file)).map((object) => ({ file, object: fieldsOf(object) })));
}

/** A value that has to be a mapping. */
export function fieldsOf(value: unknown): Fields {
	if (isFields(value)) return value;
	throw new Error(`expected a mapping, found ${JSON.stringify(value)}`);
}

/** Whether a value is a mapping. */
export function isFields(value: unknown): value is Fields {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A list of mappings; one that is not there is empty. */
export function listOf(value: unknown): readonly Fields[] {
	if (value === undefined) return [];
	if (!Array.isArray(value)) throw new Error(`expected a list, found ${JSON.stringify(value)}`);
	return value.map(fieldsOf);
}

/** A list of strings; one that is not there is empty. */
export function stringsOf(value: unknown): readonly string[] {
	if (value === undefined) return [];
	if (!Array.isArray(value)) throw new Error(`expected a list, found ${JSON.stringify(value)}`);
	return value.map(String);
}

/** The pod of a Pod, DaemonSet or CronJob; undefined for other kinds. */
export function podSpec({ kind, spec }: Fields): Fields | undefined {
	if (kind === "Pod") return fieldsOf(spec);
	if (kind === "DaemonSet") return fieldsOf(fieldsOf(fieldsOf(spec)["template"])["spec"]);
	if (kind === "CronJob") {
		const job = fieldsOf(fieldsOf(fieldsOf(spec)["jobTemplate"])["spec"]);
		return fieldsOf(fieldsOf(job["template"])["spec"]);
	}
	return undefined;
}

/** Containers of a pod, init containers first. */
export function containersOf(pod: Fields): readonly Fields[] {
	return [...listOf(pod["initContainers"]), ...listOf(pod["containers"])];
}
