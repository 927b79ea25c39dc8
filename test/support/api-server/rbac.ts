import yaml from "js-yaml";
import type { PolicyRule } from "./users.ts";

/**
 * The rules of the ClusterRole and Role objects, or of the bare list `rules`, that a message holds: its longest run of
 * lines that begins with a key of such an object, each with the namespace of its Role. Read as strictly as kubectl would: what is no YAML is an error.
 */
export function readRules(message: string): readonly PolicyRule[] {
	const lines = message.split("\n");
	const start = lines.findIndex((line) => /^\s*(?:- )?(?:apiVersion|kind|rules|apiGroups):/.test(line));
	if (start === -1) throw new Error(`no RBAC rule in: ${message}`);
	const indent = /^\s*/.exec(lines[start] ?? "")?.[0] ?? "";
	const block: string[] = [];
	for (const line of lines.slice(start)) {
		if (!line.startsWith(indent) || line.trim() === "") break;
		block.push(line.slice(indent.length));
	}
	return yaml.loadAll(block.join("\n"), undefined, { schema: yaml.CORE_SCHEMA }).flatMap(rulesOf);
}

function rulesOf(document: unknown): readonly PolicyRule[] {
	const rules = Array.isArray(document) ? document : isRecord(document) ? (document["rules"] ?? []) : [];
	if (!Array.isArray(rules)) throw new Error("rules: expected a list");
	const namespace =
		isRecord(document) && isRecord(document["metadata"]) ? document["metadata"]["namespace"] : undefined;
	return rules.map(ruleOf).map((rule) => (namespace === undefined ? rule : { ...rule, namespace: String(namespace) }));
}

function ruleOf(value: unknown): PolicyRule {
	if (!isRecord(value)) throw new Error("expected a rule with apiGroups, resources and verbs");
	const { resourceNames } = value;
	return {
		apiGroups: texts(value["apiGroups"]),
		resources: texts(value["resources"]),
		verbs: texts(value["verbs"]),
		...(resourceNames === undefined ? {} : { resourceNames: texts(resourceNames) }),
	};
}

function texts(value: unknown): readonly string[] {
	if (!Array.isArray(value) || !value.every((one) => typeof one === "string"))
		throw new Error("expected a list of texts");
	return value;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
