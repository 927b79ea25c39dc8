import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import yaml from "js-yaml";
import { withDefaults } from "./defaults.ts";
import { apiVersionOf, RESOURCES, type Resource } from "./resources.ts";

/** A Kubernetes object as parsed. */
export interface KubeObject {
	readonly apiVersion: string;
	readonly kind: string;
	readonly metadata: Metadata;
	readonly [field: string]: unknown;
}

/** What the API server itself looks at. */
export interface Metadata {
	readonly name: string;
	readonly namespace?: string;
	readonly labels?: Readonly<Record<string, string>>;
	readonly [field: string]: unknown;
}

/** An object as a server keeps it. */
export interface Stored {
	readonly resource: Resource;
	/** The order of lists: `namespace/name`, or the name alone. */
	readonly key: string;
	readonly object: KubeObject;
}

/** The objects of a folder of YAML files, files by name; Lists are taken apart. */
export function readObjects(folder: string): readonly KubeObject[] {
	const files = readdirSync(folder)
		.filter((file) => /\.ya?ml$/.test(file))
		.sort();
	return files.flatMap((file) =>
		yaml.loadAll(readFileSync(join(folder, file), "utf8"), undefined, { schema: yaml.CORE_SCHEMA }).flatMap(objectsOf),
	);
}

/** The objects of a document: itself, or the items of a List. */
export function objectsOf(document: unknown): readonly KubeObject[] {
	if (isRecord(document) && Array.isArray(document["items"])) return document["items"].flatMap(objectsOf);
	if (document === undefined || document === null) return [];
	if (!isKubeObject(document))
		throw new Error(`expected an object with kind and name, got ${JSON.stringify(document)}`);
	return [document];
}

function isKubeObject(value: unknown): value is KubeObject {
	if (!isRecord(value) || !isRecord(value["metadata"])) return false;
	return typeof value["kind"] === "string" && typeof value["metadata"]["name"] === "string";
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Objects as a server keeps them, with what it adds to each, by the name of their resource in the order of lists. Throws
 * for kinds it does not serve.
 */
export function store(objects: readonly KubeObject[], resourceVersion: number): ReadonlyMap<string, readonly Stored[]> {
	const stored = objects.map((object) => storeOne(object, resourceVersion));
	stored.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
	return new Map(RESOURCES.map((resource) => [resource.name, stored.filter((one) => one.resource === resource)]));
}

function storeOne(given: KubeObject, resourceVersion: number): Stored {
	// What was stored before has what a server filled in, and lacks what none did.
	const object = given.metadata["resourceVersion"] === undefined ? withDefaults(given) : given;
	const resource = RESOURCES.find(({ kind }) => kind === object.kind);
	if (resource === undefined) throw new Error(`the tests' API server has no kind ${object.kind}`);
	const { name, namespace = "default", ...metadata } = object.metadata;
	const place = resource.isNamespaced ? { namespace } : {};
	const key = resource.isNamespaced ? `${namespace}/${name}` : name;
	const added = {
		uid: uidOf(`${resource.name}/${key}`),
		resourceVersion: String(resourceVersion),
		creationTimestamp: CREATED,
		managedFields: managedFields(resource),
	};
	return { resource, key, object: { ...object, metadata: { name, ...place, ...metadata, ...added } } };
}

const CREATED = "2026-01-05T09:00:00Z";

/** A uid that an object has in every run. */
function uidOf(key: string): string {
	const hex = createHash("sha256").update(key).digest("hex");
	return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** The longest part of most objects, and none of svcnat's business. */
function managedFields(resource: Resource): readonly unknown[] {
	return [
		{
			manager: "kubectl-create",
			operation: "Update",
			apiVersion: apiVersionOf(resource),
			time: CREATED,
			fieldsType: "FieldsV1",
			fieldsV1: { "f:metadata": { "f:labels": { ".": {} } }, "f:spec": { "f:type": {} } },
		},
	];
}
