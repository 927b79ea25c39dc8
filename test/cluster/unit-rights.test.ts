import yaml from "js-yaml";
import { describe, expect, it } from "vitest";
import { grantBelow } from "../../src/cluster/grant.ts";
import { impersonatedBy, impersonationRights, whichIsMissing } from "../../src/cluster/impersonate.ts";
import { nameRight, type Right } from "../../src/cluster/rights.ts";

const NODES: Right = { verb: "list", resource: { name: "nodes", group: "" } };

/** The objects that are printed for a message of the server, as kubectl would read them. */
function objectsFor(message: string, needed: readonly Right[] = [NODES]): readonly unknown[] {
	const lines = grantBelow([{ ...NODES, message }], needed, "svcnat");
	return yaml.loadAll(lines.slice(lines.indexOf("---")).join("\n"), undefined, { schema: yaml.CORE_SCHEMA });
}

function cannot(user: string): string {
	return `nodes is forbidden: User ${JSON.stringify(user)} cannot list resource "nodes" in API group ""`;
}

describe("what would grant a right", () => {
	it.each([
		["jane", { apiGroup: "rbac.authorization.k8s.io", kind: "User", name: "jane" }],
		["42", { apiGroup: "rbac.authorization.k8s.io", kind: "User", name: "42" }],
		['a"b, c: {d', { apiGroup: "rbac.authorization.k8s.io", kind: "User", name: 'a"b, c: {d' }],
		["system:serviceaccount:123:app", { kind: "ServiceAccount", name: "app", namespace: "123" }],
	])("is bound to the user %s of the message", (user, subject) => {
		const [role, binding, ...others] = objectsFor(cannot(user));
		expect(role).toEqual({
			apiVersion: "rbac.authorization.k8s.io/v1",
			kind: "ClusterRole",
			metadata: { name: "svcnat" },
			rules: [{ apiGroups: [""], resources: ["nodes"], verbs: ["list"] }],
		});
		expect(binding).toEqual({
			apiVersion: "rbac.authorization.k8s.io/v1",
			kind: "ClusterRoleBinding",
			metadata: { name: "svcnat" },
			roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "svcnat" },
			subjects: [subject],
		});
		expect(others).toEqual([]);
	});

	it.each(["no", cannot("system:anonymous")])("is bound to nobody when the server says %j", (message) => {
		expect(objectsFor(message)).toEqual([expect.objectContaining({ kind: "ClusterRole" })]);
		expect(grantBelow([{ ...NODES, message }], [NODES], "svcnat").at(-1)).toMatch(/^# and a ClusterRoleBinding to you/);
	});

	it.each(["123", "null", "true", "1e3", "y", "shop"])("keeps the name %s a text", (name) => {
		const right: Right = {
			verb: "get",
			resource: { name: "configmaps", group: "" },
			namespace: name,
			objectName: name,
		};
		const [role, binding] = objectsFor(cannot("jane"), [right]);
		expect(role).toMatchObject({
			kind: "Role",
			metadata: { name: "svcnat", namespace: name },
			rules: [{ resourceNames: [name] }],
		});
		expect(binding).toMatchObject({ kind: "RoleBinding", metadata: { namespace: name }, roleRef: { kind: "Role" } });
	});

	it("has one role for each namespace, with all rights there", () => {
		const services: Right = { verb: "list", resource: { name: "services", group: "" }, namespace: "kube-system" };
		const config: Right = { ...services, verb: "get", resource: { name: "configmaps", group: "" }, objectName: "a" };
		const objects = objectsFor("", [NODES, services, config]);
		expect(objects).toEqual([
			expect.objectContaining({ kind: "ClusterRole", rules: [expect.objectContaining({ resources: ["nodes"] })] }),
			expect.objectContaining({
				kind: "Role",
				rules: [
					expect.objectContaining({ resources: ["services"], verbs: ["list"] }),
					expect.objectContaining({ resources: ["configmaps"], verbs: ["get"], resourceNames: ["a"] }),
				],
			}),
		]);
	});
});

describe("the right to act as somebody", () => {
	const user = { as: "bob", "as-groups": ["ops"], "as-uid": "7", "as-user-extra": { scopes: ["view", "edit"] } };
	const bob = impersonatedBy(user, {});
	const message = (object: string, resource: string): string =>
		`${object} is forbidden: User "jane" cannot impersonate resource "${resource}" in API group "" at the cluster scope`;

	it.each([
		['users "bob"', "users", "impersonate users bob"],
		['groups "ops"', "groups", "impersonate groups ops"],
		['uids.authentication.k8s.io "7"', "uids", "impersonate uids 7"],
		['userextras.authentication.k8s.io "edit"', "userextras/scopes", "impersonate userextras/scopes edit"],
	])("is named when the server refuses %s", (object, resource, name) => {
		const right = whichIsMissing(message(object, resource), bob);
		expect(right === undefined ? undefined : nameRight(right)).toBe(name);
	});

	it("is in the namespace of a service account", () => {
		const account = impersonatedBy({}, { as: "system:serviceaccount:shop:app" });
		expect(account === undefined ? [] : impersonationRights(account).map(nameRight)).toEqual([
			"impersonate serviceaccounts shop/app",
		]);
	});

	it("is not what is missing when the server refuses something else", () => {
		expect(whichIsMissing(cannot("jane"), bob)).toBeUndefined();
		expect(whichIsMissing(message('users "bob"', "users"), undefined)).toBeUndefined();
	});
});
