import { type Fields, isAbsent, objectField, placeOf, reject, type Scope, textField } from "../fields/fields.ts";
import { isLabel, isSubdomain, LABEL_IN_WORDS, SUBDOMAIN_IN_WORDS } from "../fields/names.ts";
import { type ObjectRef, type Problem, problems } from "../problem.ts";

/** What every object has. */
export interface Metadata {
	/** Empty for kinds without a namespace. */
	readonly namespace: string;
	readonly name: string;
	readonly labels: Fields;
	readonly annotations: Fields;
	/** It has no resourceVersion, so it came from a person and not from an API server: defaults have to be filled in. */
	readonly isHandWritten: boolean;
}

/** What is to be known about a kind before its metadata can be read. */
export interface KindRules {
	readonly kind: string;
	readonly isNamespaced: boolean;
	readonly nameForm: "label" | "subdomain";
}

/**
 * Reads name, namespace, labels and annotations, and opens the scope in which the rest of the object is read.
 * Undefined, with a problem, when the object has no usable name.
 */
export function readMetadata(
	value: Fields,
	rules: KindRules,
	source: string,
	found: Problem[],
): { readonly metadata: Metadata; readonly scope: Scope } | undefined {
	const { kind } = rules;
	const draft = scopeOf({ kind, source }, found);
	const raw = objectField(draft, value, "metadata", "");
	const name = readName(draft, raw, rules);
	const isHandWritten = isAbsent(raw["resourceVersion"]) || raw["resourceVersion"] === "";
	const namespace = readNamespace(draft, raw, rules, isHandWritten);
	if (name === undefined || namespace === undefined || draft.isBroken) return undefined;
	const ref: ObjectRef = rules.isNamespaced ? { kind, namespace, name, source } : { kind, name, source };
	const scope = scopeOf(ref, found);
	const labels = objectField(scope, raw, "labels", "metadata");
	const annotations = objectField(scope, raw, "annotations", "metadata");
	return { metadata: { namespace, name, labels, annotations, isHandWritten }, scope };
}

/** Whether a label or annotation exists, whatever its value. */
export function has(map: Fields, key: string): boolean {
	return Object.hasOwn(map, key);
}

function scopeOf(object: ObjectRef, found: Problem[]): Scope {
	return { object, problems: found, isBroken: false };
}

function readName(scope: Scope, raw: Fields, rules: KindRules): string | undefined {
	const name = textField(scope, raw, "name", "metadata");
	const place = placeOf(scope, "metadata", "name");
	const isLabelForm = rules.nameForm === "label";
	const words = isLabelForm ? LABEL_IN_WORDS : SUBDOMAIN_IN_WORDS;
	if (name === undefined) {
		if (!scope.isBroken) reject(scope, problems.FIELD_MISSING(place, "a name"));
		return undefined;
	}
	if (isLabelForm ? isLabel(name) : isSubdomain(name)) return name;
	reject(scope, problems.NAME_SYNTAX(place, words, name));
	return undefined;
}

/** Hand-written objects go to the namespace `default`, as with kubectl. */
function readNamespace(scope: Scope, raw: Fields, rules: KindRules, isHandWritten: boolean): string | undefined {
	if (!rules.isNamespaced) return "";
	const namespace = textField(scope, raw, "namespace", "metadata");
	const place = placeOf(scope, "metadata", "namespace");
	if (namespace === undefined || namespace === "") {
		if (scope.isBroken || isHandWritten) return "default";
		reject(scope, problems.FIELD_MISSING(place, "a namespace"));
		return undefined;
	}
	if (isLabel(namespace)) return namespace;
	reject(scope, problems.NAME_SYNTAX(place, LABEL_IN_WORDS, namespace));
	return undefined;
}
