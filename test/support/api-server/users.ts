import type { IncomingMessage } from "node:http";
import { TLSSocket } from "node:tls";
import type { Target } from "./resources.ts";
import { forbidden, impersonationForbidden, type StatusAnswer, unauthorized } from "./status.ts";

/** A rule of a ClusterRole or Role. */
export interface PolicyRule {
	readonly apiGroups: readonly string[];
	readonly resources: readonly string[];
	readonly verbs: readonly string[];
	/** Undefined: all. */
	readonly resourceNames?: readonly string[];
	/** That of the RoleBinding; undefined: a ClusterRoleBinding. */
	readonly namespace?: string;
}

/** Somebody with credentials, or somebody who is only impersonated. */
export interface User {
	readonly name: string;
	/** Undefined: it comes with a client certificate for its name. */
	readonly token?: string;
	readonly rules: readonly PolicyRule[];
}

/** Who asks, after impersonation. */
export interface Identity {
	readonly name: string;
	readonly impersonatedBy: string | undefined;
	readonly impersonatedGroups: readonly string[];
}

/** Everything that svcnat reads when it may. */
export const READER_RULES: readonly PolicyRule[] = [
	{ apiGroups: [""], resources: ["services", "nodes"], verbs: ["list"] },
	{ apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: ["list"] },
	{ apiGroups: ["networking.k8s.io"], resources: ["servicecidrs"], verbs: ["list"] },
	{
		apiGroups: [""],
		resources: ["configmaps"],
		verbs: ["get"],
		resourceNames: ["kube-proxy"],
		namespace: "kube-system",
	},
];

/** Who sent a request, or why it is refused. Without credentials somebody is anonymous; wrong ones are an error. */
export function identify(users: readonly User[], request: IncomingMessage): Identity | StatusAnswer {
	const name = authenticate(users, request);
	if (name === undefined) return unauthorized();
	const [user] = request.headersDistinct["impersonate-user"] ?? [];
	if (user === undefined) return { name, impersonatedBy: undefined, impersonatedGroups: [] };
	const groups = request.headersDistinct["impersonate-group"] ?? [];
	if (!may(users, name, { verb: "impersonate", group: "", resource: "users", name: user })) {
		return impersonationForbidden(name, "users", user);
	}
	const refused = groups.find(
		(group) => !may(users, name, { verb: "impersonate", group: "", resource: "groups", name: group }),
	);
	if (refused !== undefined) return impersonationForbidden(name, "groups", refused);
	return { name: user, impersonatedBy: name, impersonatedGroups: groups };
}

/** Why somebody may not do something; undefined when it is allowed. */
export function refusal(users: readonly User[], identity: Identity, target: Target): StatusAnswer | undefined {
	const { resource, namespace, name } = target;
	const verb = name === undefined ? "list" : "get";
	const action = { verb, group: resource.group, resource: resource.name, namespace, name };
	return may(users, identity.name, action) ? undefined : forbidden(identity.name, verb, target);
}

const ANONYMOUS = "system:anonymous";

function authenticate(users: readonly User[], request: IncomingMessage): string | undefined {
	const [, token] = /^Bearer (.*)$/.exec(request.headers.authorization ?? "") ?? [];
	if (token !== undefined) return users.find((user) => user.token === token)?.name;
	const { socket } = request;
	if (!(socket instanceof TLSSocket)) return ANONYMOUS;
	const subject = socket.getPeerCertificate().subject;
	if (subject === undefined) return ANONYMOUS;
	return socket.authorized ? String(subject.CN) : undefined;
}

interface Action {
	readonly verb: string;
	readonly group: string;
	readonly resource: string;
	readonly namespace?: string | undefined;
	readonly name: string | undefined;
}

function may(users: readonly User[], userName: string, { verb, group, resource, namespace, name }: Action): boolean {
	const rules = users.find((user) => user.name === userName)?.rules ?? [];
	return rules.some(
		(rule) =>
			rule.verbs.includes(verb) &&
			rule.apiGroups.includes(group) &&
			rule.resources.includes(resource) &&
			(rule.namespace === undefined || rule.namespace === namespace) &&
			(rule.resourceNames === undefined || rule.resourceNames.includes(name ?? "")),
	);
}
