import { readFileSync } from "node:fs";
import type { Agent } from "node:http";
import type { RequestOptions } from "node:https";
import { type Fields, isFields } from "../fields/fields.ts";
import { codeOf, reasonOf, Trouble } from "../trouble.ts";
import type { Access } from "./access.ts";
import { checkCertificates } from "./certificates.ts";
import { askPlugin } from "./exec-credential.ts";
import { type Impersonated, impersonatedBy, impersonationHeaders } from "./impersonate.ts";
import type { ClusterOptions } from "./live-cluster.ts";
import { checkedProxy, environmentProxy } from "./proxy.ts";
import { watchTunnels } from "./tunnels.ts";

/** How requests are made to one server. */
export interface Connection {
	readonly access: Access;
	/** Undefined: the user. */
	readonly impersonated: Impersonated | undefined;
	/** Without a user name or password; undefined: none. */
	readonly proxy: string | undefined;
	/**
	 * TLS, credentials and agent of a request.
	 *
	 * @param refused those that the server did not take: are there newer ones?
	 */
	readonly requestOptions: (refused?: RequestOptions) => Promise<RequestOptions>;
	/** Closes the connections that are kept. */
	readonly close: () => void;
}

/** How long before the end of its life a credential is not used any more, in milliseconds. */
const MARGIN = 10_000;

/** How long credentials are used when nobody says how long they are valid, in milliseconds; as client-go has it. */
const LIFETIME = 60_000;

/** Prepares requests; makes none. @throws Trouble when the kubeconfig is wrong */
export function newConnection(access: Access, options: ClusterOptions, environment: NodeJS.ProcessEnv): Connection {
	const proxy = proxyOf(access, environment);
	const impersonated = impersonatedBy(access.user, options);
	const headers = impersonationHeaders(impersonated);
	let made: Made | undefined;
	const closings: (() => void)[] = [];
	let pending: Promise<Made> | undefined;
	const make = async (): Promise<Made> => {
		const plugin = hasPlugin(access) ? await askPlugin(access.user["exec"], access, options) : undefined;
		const user = plugin === undefined ? access.user : { ...access.user, ...plugin.user };
		const { agent, ...found } = await authenticate(access, user, proxy);
		closings.push(watchTunnels(agent), () => agent.destroy());
		const until =
			plugin === undefined ? Date.now() + LIFETIME : (plugin.expiresAt ?? Number.POSITIVE_INFINITY) - MARGIN;
		return { options: { ...found, agent, headers: { ...found.headers, ...headers } }, until };
	};
	return {
		access,
		impersonated,
		proxy: proxy === undefined ? undefined : withoutPassword(proxy),
		requestOptions: async (refused) => {
			if (made !== undefined && made.options !== refused && Date.now() < made.until) return made.options;
			// Requests that run at the same time share what comes of it: a plugin may ask somebody.
			pending ??= make().finally(() => {
				pending = undefined;
			});
			made = await pending;
			return made.options;
		},
		close: () => {
			// Credentials that were renewed left an agent behind, whose connections are kept as well.
			for (const close of closings) close();
		},
	};
}

interface Made {
	readonly options: RequestOptions;
	/** Milliseconds since 1970. */
	readonly until: number;
}

/** What stands in the kubeconfig counts before a plugin; and nothing secret goes over plain HTTP. */
function hasPlugin(access: Access): access is Access & { readonly user: { readonly exec: Fields } } {
	const { user, server } = access;
	const hasToken = typeof user["token"] === "string" || typeof user["tokenFile"] === "string";
	return isFields(user["exec"]) && !hasToken && server.protocol === "https:";
}

function proxyOf({ cluster, server, context }: Access, environment: NodeJS.ProcessEnv): string | undefined {
	const given = cluster["proxy-url"];
	if (typeof given === "string" && given !== "") return checkedProxy(given, `context ${context}: proxy-url`);
	return environmentProxy(server, environment);
}

/** A URL as it may be printed. */
export function withoutPassword(url: string): string {
	const shown = new URL(url);
	shown.username = "";
	shown.password = "";
	return shown.href.replace(/\/$/, "");
}

/** Lets client-node do what it knows: certificates, tokens, auth providers, agents for proxies. */
async function authenticate(
	access: Access,
	user: Fields,
	proxy: string | undefined,
): Promise<RequestOptions & { readonly agent: Agent }> {
	checkProvider(access, user);
	const { KubeConfig } = await import("@kubernetes/client-node");
	const options: RequestOptions = { headers: {}, rejectUnauthorized: !access.isInsecure };
	try {
		const config = new KubeConfig();
		config.loadFromString(JSON.stringify(kubeconfigOf(access, user, proxy)));
		await config.applyToHTTPSOptions(options);
	} catch (error) {
		const whose = access.userName === "" ? "the credentials" : `the credentials of user ${access.userName}`;
		// What an auth provider says may hold a token; what the system says of a file cannot.
		const reason = isSystemError(error) ? `${error.path ?? ""}: ${reasonOf(error)}` : "its auth provider failed";
		throw new Trouble(`${whose} cannot be used: ${reason}`);
	}
	checkCertificates(options);
	const { agent } = options;
	if (agent === undefined || typeof agent === "boolean") throw new Trouble("client-node made no agent");
	// A list of 200 pages would otherwise begin 200 connections.
	return { ...options, agent: Object.assign(agent, { keepAlive: true }) };
}

/** Those that client-node knows by name; it passes over others, as if there were no credentials. */
const PROVIDERS: readonly string[] = ["azure", "gcp", "oidc"];

function checkProvider({ userName, server }: Access, { "auth-provider": provider }: Fields): void {
	if (!isFields(provider) || server.protocol === "http:") return;
	const { name, config } = provider;
	if (typeof name === "string" && PROVIDERS.includes(name)) return;
	if (isFields(config) && (isFields(config["exec"]) || typeof config["tokenFile"] === "string")) return;
	throw new Trouble(
		`user ${userName}: auth-provider: there is no ${JSON.stringify(name) ?? "name"}; expected one of ${PROVIDERS.join(", ")}, or exec instead`,
	);
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
	return error instanceof Error && "syscall" in error && codeOf(error) !== "";
}

/** The one context as a kubeconfig of its own, in which client-node finds what it would pass over or take wrongly. */
function kubeconfigOf({ cluster, server, isInsecure }: Access, user: Fields, proxy: string | undefined): unknown {
	const isPlain = server.protocol === "http:";
	return {
		"current-context": "it",
		contexts: [{ name: "it", context: { cluster: "it", user: "it" } }],
		clusters: [
			{
				name: "it",
				cluster: {
					...withoutFile(cluster, "certificate-authority"),
					server: server.href,
					// client-node speaks plain HTTP only when told that nothing is to be verified.
					"insecure-skip-tls-verify": isInsecure || isPlain,
					"proxy-url": proxy,
				},
			},
		],
		// As with kubectl, nothing secret goes over plain HTTP.
		users: [{ name: "it", user: isPlain ? {} : secretsOf(user) }],
	};
}

function secretsOf(user: Fields): Fields {
	const { tokenFile, exec: _, as: __, ...rest } = withoutFile(withoutFile(user, "client-certificate"), "client-key");
	// What a file holds is what counts, since somebody keeps it fresh.
	return typeof tokenFile === "string" && tokenFile !== "" ? { ...rest, token: readToken(tokenFile) } : rest;
}

function readToken(file: string): string {
	return readFileSync(file, "utf8").trim();
}

/** `…-data` counts before the file. */
function withoutFile(entry: Fields, key: string): Fields {
	const data = entry[`${key}-data`];
	return typeof data === "string" && data !== "" ? { ...entry, [key]: undefined } : entry;
}
