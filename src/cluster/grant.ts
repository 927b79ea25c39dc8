import { type MissingRight, type Right, ruleOf, yamlText } from "./rights.ts";

/**
 * What the server said, and the objects of RBAC that would help: a role and its binding for each namespace. They grant all
 * that is needed and not only what is missing, so that applying them takes nothing away.
 *
 * @param name of the objects
 */
export function grantBelow(
	missing: readonly MissingRight[],
	needed: readonly Right[],
	name: string,
): readonly string[] {
	const messages = [...new Set(missing.map(({ message }) => message).filter((message) => message !== ""))];
	const who = messages.map(userIn).find((user) => user !== undefined);
	const namespaces = [...new Set(needed.map(({ namespace }) => namespace))];
	return [
		...messages,
		"this would grant all that is needed:",
		...namespaces.flatMap((namespace) => {
			const rights = needed.filter((right) => right.namespace === namespace);
			return [...role(rights, name, namespace), ...binding(who, name, namespace)];
		}),
	];
}

function role(rights: readonly Right[], name: string, namespace: string | undefined): readonly string[] {
	return [
		...head(namespace === undefined ? "ClusterRole" : "Role", name, namespace),
		"rules:",
		...rights.map((right) => `- ${ruleOf(right)}`),
	];
}

function binding(who: string | undefined, name: string, namespace: string | undefined): readonly string[] {
	const kind = namespace === undefined ? "ClusterRole" : "Role";
	if (who === undefined) return [`# and a ${kind}Binding to you: the server does not say who you are`];
	// Whatever was granted to it would be granted to everybody.
	if (who === "system:anonymous")
		return [`# and a ${kind}Binding to you, when the server knows you: ${who} is anybody`];
	return [
		...head(`${kind}Binding`, name, namespace),
		`roleRef: { apiGroup: ${GROUP}, kind: ${kind}, name: ${name} }`,
		`subjects: [${subject(who)}]`,
	];
}

const GROUP = "rbac.authorization.k8s.io";

function head(kind: string, name: string, namespace: string | undefined): readonly string[] {
	const within = namespace === undefined ? "" : `, namespace: ${yamlText(namespace)}`;
	return ["---", `apiVersion: ${GROUP}/v1`, `kind: ${kind}`, `metadata: { name: ${name}${within} }`];
}

function subject(who: string): string {
	const [, namespace, account] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(who) ?? [];
	if (namespace === undefined || account === undefined) {
		return `{ apiGroup: ${GROUP}, kind: User, name: ${yamlText(who)} }`;
	}
	return `{ kind: ServiceAccount, name: ${yamlText(account)}, namespace: ${yamlText(namespace)} }`;
}

/** The user of `services is forbidden: User "jane" cannot list …`, which Go quotes much as JSON does. */
function userIn(message: string): string | undefined {
	const [, quoted] = /\bUser ("(?:[^"\\]|\\.)*") cannot /.exec(message) ?? [];
	try {
		const user: unknown = quoted === undefined ? undefined : JSON.parse(quoted);
		return typeof user === "string" && user !== "" ? user : undefined;
	} catch {
		return undefined;
	}
}
