import { type Fields, isFields } from "../fields/fields.ts";
import { Trouble } from "../trouble.ts";
import type { ClusterOptions } from "./live-cluster.ts";
import type { Right } from "./rights.ts";

/** Whom the server is to act as. */
export interface Impersonated {
	readonly user: string;
	readonly groups: readonly string[];
	readonly uid: string | undefined;
	/** Values by key. */
	readonly extra: Readonly<Record<string, readonly string[]>>;
}

/**
 * Whom the server is to act as: by the options, else by the kubeconfig user's `as` and its kin; undefined: the user.
 *
 * @throws Trouble for groups without a user
 */
export function impersonatedBy(
	user: Fields,
	options: Pick<ClusterOptions, "as" | "asGroups">,
): Impersonated | undefined {
	const name = textOf(options.as) ?? textOf(user["as"]);
	const groups = options.asGroups ?? textsOf(user["as-groups"]);
	const extra = isFields(user["as-user-extra"]) ? user["as-user-extra"] : {};
	if (name !== undefined) {
		const values = Object.entries(extra).map(([key, texts]) => [key, textsOf(texts)] as const);
		return { user: name, groups, uid: textOf(user["as-uid"]), extra: Object.fromEntries(values) };
	}
	if (groups.length === 0) return undefined;
	throw new Trouble("--as-group: the server wants a user as well; give --as");
}

/**
 * The headers that make the server act as somebody else. Texts are sent in UTF-8, of which Node takes each byte as a
 * character.
 *
 * @throws Trouble for what does not fit into a header
 */
export function impersonationHeaders(who: Impersonated | undefined): Readonly<Record<string, string | string[]>> {
	if (who === undefined) return {};
	const { user, groups, uid, extra } = who;
	const all: Readonly<Record<string, readonly string[]>> = {
		"Impersonate-User": [user],
		"Impersonate-Group": groups,
		"Impersonate-Uid": uid === undefined ? [] : [uid],
		...Object.fromEntries(
			Object.entries(extra).map(([key, values]) => [`Impersonate-Extra-${encodeURIComponent(key)}`, values]),
		),
	};
	return Object.fromEntries(
		Object.entries(all)
			.filter(([, values]) => values.length > 0)
			.map(([header, values]) => {
				const [first = "", ...more] = values.map((value) => headerValue(header, value));
				return [header, more.length === 0 ? first : [first, ...more]];
			}),
	);
}

function headerValue(header: string, text: string): string {
	const bytes = Buffer.from(text, "utf8").toString("latin1");
	if (/^[\t\x20-\x7e\x80-\xff]*$/.test(bytes)) return bytes;
	throw new Trouble(`${header}: expected text that fits into an HTTP header`);
}

/** The rights that this takes. */
export function impersonationRights({ user, groups, uid, extra }: Impersonated): readonly Right[] {
	const verb = "impersonate";
	const group = "authentication.k8s.io";
	const [, namespace, account] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(user) ?? [];
	return [
		namespace === undefined
			? { verb, resource: { name: "users", group: "" }, objectName: user }
			: { verb, resource: { name: "serviceaccounts", group: "" }, namespace, objectName: account },
		...groups.map((objectName) => ({ verb, resource: { name: "groups", group: "" }, objectName }) as const),
		...(uid === undefined ? [] : [{ verb, resource: { name: "uids", group }, objectName: uid } as const]),
		...Object.entries(extra).flatMap(([key, values]) =>
			values.map((objectName) => ({ verb, resource: { name: `userextras/${key}`, group }, objectName }) as const),
		),
	];
}

/**
 * The right for want of which the server refuses to let somebody act as somebody else, whatever was asked; undefined: it
 * refuses something else.
 *
 * @param message of an answer 403
 */
export function whichIsMissing(message: string, who: Impersonated | undefined): Right | undefined {
	const [, resource] = /\bcannot impersonate resource "([^"]+)"/.exec(message) ?? [];
	if (resource === undefined || who === undefined) return undefined;
	const rights = impersonationRights(who).filter(({ resource: { name } }) => name === resource);
	// The server names the one object before it says what is forbidden.
	return rights.find(({ objectName }) => message.includes(`${JSON.stringify(objectName)} is forbidden`)) ?? rights[0];
}

function textOf(value: unknown): string | undefined {
	return typeof value === "string" && value !== "" ? value : undefined;
}

function textsOf(value: unknown): readonly string[] {
	return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}
