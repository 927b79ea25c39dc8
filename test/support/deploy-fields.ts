import { isFields } from "./deploy-documents.ts";

/**
 * What a value may be: a type, one of some words, a list, a mapping with any keys (`*`), or one with these fields;
 * those with `!` have to be there.
 */
export type Shape = "string" | "number" | "boolean" | ReadonlySet<string> | readonly [Shape] | ShapeOfFields;

interface ShapeOfFields {
	readonly [field: string]: Shape;
}

const STRINGS = ["string"] as const;
const LABELS = { "*": "string" } as const;
const METADATA = { "name!": "string", namespace: "string", labels: LABELS } as const;

const CAPABILITIES = [new Set(["ALL", "NET_ADMIN", "NET_RAW", "SYS_MODULE"])] as const;

const CONTAINER = {
	"name!": "string",
	"image!": "string",
	command: STRINGS,
	args: STRINGS,
	env: [
		{
			"name!": "string",
			value: "string",
			valueFrom: { fieldRef: { "fieldPath!": new Set(["spec.nodeName", "status.hostIP", "metadata.name"]) } },
		},
	],
	livenessProbe: {
		httpGet: { host: "string", "port!": "number", path: "string", scheme: new Set(["HTTP", "HTTPS"]) },
		initialDelaySeconds: "number",
		periodSeconds: "number",
		timeoutSeconds: "number",
		failureThreshold: "number",
	},
	resources: { requests: LABELS, limits: LABELS },
	securityContext: {
		runAsUser: "number",
		privileged: "boolean",
		allowPrivilegeEscalation: "boolean",
		readOnlyRootFilesystem: "boolean",
		capabilities: { drop: CAPABILITIES, add: CAPABILITIES },
	},
	volumeMounts: [{ "name!": "string", "mountPath!": "string", readOnly: "boolean" }],
} as const;

const POD = {
	hostNetwork: "boolean",
	nodeName: "string",
	serviceAccountName: "string",
	priorityClassName: "string",
	restartPolicy: new Set(["Always", "OnFailure", "Never"]),
	tolerations: [{ key: "string", operator: new Set(["Exists", "Equal"]), value: "string", effect: "string" }],
	initContainers: [CONTAINER],
	"containers!": [CONTAINER],
	volumes: [
		{
			"name!": "string",
			hostPath: { "path!": "string", type: new Set(["File", "FileOrCreate", "Directory", "DirectoryOrCreate"]) },
		},
	],
} as const;

const RULES = [{ "apiGroups!": STRINGS, "resources!": STRINGS, resourceNames: STRINGS, "verbs!": STRINGS }] as const;
const RBAC = "rbac.authorization.k8s.io";
const BINDING = {
	"roleRef!": { "apiGroup!": new Set([RBAC]), "kind!": new Set(["ClusterRole", "Role"]), "name!": "string" },
	"subjects!": [{ "kind!": new Set(["ServiceAccount"]), "name!": "string", "namespace!": "string" }],
} as const;

/**
 * Fields of objects that the manifests use, by API version and kind. A field they are to use in future has to be added.
 *
 * Source: the API reference of Kubernetes 1.30 to 1.36, which is the same for these.
 */
export const KINDS: Readonly<Record<string, ShapeOfFields>> = Object.fromEntries(
	Object.entries({
		"v1 Pod": { "spec!": POD },
		"v1 ServiceAccount": {},
		"apps/v1 DaemonSet": {
			"spec!": {
				"selector!": { "matchLabels!": LABELS },
				"template!": { "metadata!": { "labels!": LABELS }, "spec!": POD },
			},
		},
		"batch/v1 CronJob": {
			"spec!": {
				"schedule!": "string",
				concurrencyPolicy: new Set(["Allow", "Forbid", "Replace"]),
				successfulJobsHistoryLimit: "number",
				failedJobsHistoryLimit: "number",
				"jobTemplate!": {
					"spec!": { backoffLimit: "number", "template!": { "metadata!": { "labels!": LABELS }, "spec!": POD } },
				},
			},
		},
		[`${RBAC}/v1 ClusterRole`]: { "rules!": RULES },
		[`${RBAC}/v1 Role`]: { "rules!": RULES },
		[`${RBAC}/v1 ClusterRoleBinding`]: BINDING,
		[`${RBAC}/v1 RoleBinding`]: BINDING,
	} satisfies Record<string, ShapeOfFields>).map(([kind, shape]) => [
		kind,
		{ "apiVersion!": "string", "kind!": "string", "metadata!": METADATA, ...shape },
	]),
);

/** What is wrong with a value, one line each, with the path of the field; empty: it has the shape. */
export function shapeProblems(value: unknown, shape: Shape, path: string): readonly string[] {
	if (typeof shape === "string") return typeof value === shape ? [] : [`${path}: expected a ${shape}`];
	if (isChoice(shape)) {
		const isKnown = typeof value === "string" && shape.has(value);
		return isKnown ? [] : [`${path}: expected one of ${[...shape].join(", ")}`];
	}
	if (isList(shape)) {
		if (!Array.isArray(value)) return [`${path}: expected a list`];
		return value.flatMap((item, index) => shapeProblems(item, shape[0], `${path}[${index}]`));
	}
	return fieldProblems(value, shape, path);
}

function fieldProblems(value: unknown, shape: ShapeOfFields, path: string): readonly string[] {
	if (!isFields(value)) return [`${path}: expected a mapping`];
	const missing = Object.keys(shape).filter((name) => name.endsWith("!") && !(name.slice(0, -1) in value));
	return [
		...missing.map((name) => `${path}.${name.slice(0, -1)}: is missing`),
		...Object.entries(value).flatMap(([name, field]) => {
			const known = shape[name] ?? shape[`${name}!`] ?? shape["*"];
			return known === undefined
				? [`${path}.${name}: there is no such field`]
				: shapeProblems(field, known, `${path}.${name}`);
		}),
	];
}

function isChoice(shape: Exclude<Shape, string>): shape is ReadonlySet<string> {
	return shape instanceof Set;
}

function isList(shape: readonly [Shape] | ShapeOfFields): shape is readonly [Shape] {
	return Array.isArray(shape);
}
