import type { ApiClient } from "./api-client.ts";
import type { KubeObject } from "./objects.ts";
import { apiVersionOf, RESOURCES } from "./resources.ts";
import type { PolicyRule, User } from "./users.ts";

/** Makes objects in a real API server, with their status, and grants users what their rules say. */
export async function loadObjects(
	client: ApiClient,
	objects: readonly KubeObject[],
	users: readonly User[],
): Promise<void> {
	const namespaces = new Set([...objects, ...users.flatMap(bindings)].map(({ metadata }) => metadata.namespace));
	for (const name of namespaces) {
		if (name !== undefined) await create(client, "/api/v1/namespaces", { metadata: { name } });
	}
	for (const object of objects) await load(client, object);
	for (const binding of users.flatMap(bindings)) await create(client, rbacPath(binding), binding);
}

async function load(client: ApiClient, object: KubeObject): Promise<void> {
	const resource = RESOURCES.find(({ kind }) => kind === object.kind);
	if (resource === undefined) throw new Error(`the tests do not know the kind ${object.kind}`);
	const { name, namespace = "default" } = object.metadata;
	const root = `${resource.group === "" ? "/api" : "/apis"}/${apiVersionOf(resource)}`;
	const path = `${root}${resource.isNamespaced ? `/namespaces/${namespace}` : ""}/${resource.name}`;
	const { status, ...rest } = object;
	await create(client, path, rest);
	if (status === undefined) return;
	const { code, body } = await client.send("PATCH", `${path}/${name}/status`, { status });
	if (code !== 200) throw new Error(`${path}/${name}/status: ${code} ${JSON.stringify(body)}`);
}

/** What the server made by itself (namespaces, `default/kubernetes`) stays as it is. */
async function create(client: ApiClient, path: string, object: unknown): Promise<void> {
	const { code, body } = await client.send("POST", path, object);
	if (code !== 201 && code !== 409) throw new Error(`${path}: ${code} ${JSON.stringify(body)}`);
}

interface RbacObject {
	readonly kind: string;
	readonly metadata: { readonly name: string; readonly namespace?: string };
	readonly [field: string]: unknown;
}

/** A role and its binding for each rule. */
function bindings({ name: user, rules }: User): readonly RbacObject[] {
	return rules.flatMap(({ namespace, ...rule }, index) => {
		const metadata = { name: `tests-${index}`, ...(namespace === undefined ? {} : { namespace }) };
		return [role(metadata, rule), binding(metadata, user)];
	});
}

const RBAC = "rbac.authorization.k8s.io";

function role(metadata: RbacObject["metadata"], rule: Omit<PolicyRule, "namespace">): RbacObject {
	const kind = metadata.namespace === undefined ? "ClusterRole" : "Role";
	return { apiVersion: `${RBAC}/v1`, kind, metadata, rules: [rule] };
}

function binding(metadata: RbacObject["metadata"], user: string): RbacObject {
	const kind = metadata.namespace === undefined ? "ClusterRole" : "Role";
	return {
		apiVersion: `${RBAC}/v1`,
		kind: `${kind}Binding`,
		metadata,
		roleRef: { apiGroup: RBAC, kind, name: metadata.name },
		subjects: [{ apiGroup: RBAC, kind: "User", name: user }],
	};
}

function rbacPath({ kind, metadata: { namespace } }: RbacObject): string {
	return `/apis/${RBAC}/v1${namespace === undefined ? "" : `/namespaces/${namespace}`}/${kind.toLowerCase()}s`;
}
