import type { RequestOptions } from "node:https";

/** A text of a server without the credentials that it was sent, which some servers repeat: `[secret]` in their place. */
export function withoutSecrets(text: string, options: RequestOptions): string {
	// The longest first: others are parts of it.
	const secrets = [...new Set(secretsOf(options))].sort((a, b) => b.length - a.length);
	return secrets.reduce((shown, secret) => shown.replaceAll(secret, "[secret]"), text);
}

/** The value of Authorization, the token in it, a password; each as it is sent and as it is meant. */
function secretsOf({ headers, auth }: RequestOptions): readonly string[] {
	const given = Object.entries(headers ?? {}).flatMap(([name, value]) =>
		name.toLowerCase() === "authorization" && typeof value === "string" ? [value] : [],
	);
	const basic = typeof auth === "string" ? [`Basic ${Buffer.from(auth).toString("base64")}`] : [];
	return [...given, ...basic].flatMap(partsOf).filter((part) => part !== "");
}

function partsOf(authorization: string): readonly string[] {
	const [, scheme = "", token = ""] = /^(\S+) +(.*)$/.exec(authorization) ?? [];
	if (scheme.toLowerCase() !== "basic") return [authorization, token];
	const pair = Buffer.from(token, "base64").toString("utf8");
	return [authorization, token, pair, pair.slice(pair.indexOf(":") + 1)];
}
