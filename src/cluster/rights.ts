import type { Resource } from "./resources.ts";

/** A right of RBAC. */
export interface Right {
	readonly verb: "list" | "get" | "impersonate";
	readonly resource: Pick<Resource, "name" | "group">;
	/** Undefined: in all namespaces, or of a kind that has none. */
	readonly namespace?: string | undefined;
	/** Of one object only. */
	readonly objectName?: string | undefined;
}

/** A right that is missing. */
export interface MissingRight extends Right {
	/** What the server said. */
	readonly message: string;
}

/** `list services`, `get configmaps kube-system/kube-proxy`, `impersonate users jane`. */
export function nameRight({ verb, resource, namespace, objectName }: Right): string {
	const where = objectName === undefined && namespace !== undefined ? ` in namespace ${namespace}` : "";
	const object = objectName === undefined ? "" : ` ${namespace === undefined ? "" : `${namespace}/`}${objectName}`;
	return `${verb} ${resource.name}${object}${where}`;
}

/** The rule of a Role that grants a right: `{ apiGroups: [""], resources: [nodes], verbs: [list] }`. */
export function ruleOf({ verb, resource, objectName }: Right): string {
	const names = objectName === undefined ? "" : `, resourceNames: [${yamlText(objectName)}]`;
	return `{ apiGroups: [${JSON.stringify(resource.group)}], resources: [${yamlText(resource.name)}]${names}, verbs: [${verb}] }`;
}

/** A text as YAML, as it is where nothing else can be read in it: not a number, not `null`. */
export function yamlText(text: string): string {
	const isPlain = /^[a-z][a-z0-9/-]*[a-z0-9]$/.test(text) && !/^(?:true|false|null|yes|no|on|off)$/.test(text);
	return isPlain ? text : JSON.stringify(text);
}
