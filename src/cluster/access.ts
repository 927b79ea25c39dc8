import { existsSync } from "node:fs";
import type { Fields } from "../fields/fields.ts";
import { hostPort } from "../net/ip.ts";
import { Trouble } from "../trouble.ts";
import { type KubeconfigFiles, kubeconfigPlaces, readKubeconfig } from "./kubeconfig.ts";
import type { ClusterOptions } from "./live-cluster.ts";

/** Which server, and as whom. */
export interface Access {
	/** Undefined inside a cluster. */
	readonly context: string | undefined;
	readonly server: URL;
	/** The entries of the kubeconfig. */
	readonly cluster: Fields;
	readonly user: Fields;
	readonly userName: string;
	/** TLS is not checked: by option or by kubeconfig. */
	readonly isInsecure: boolean;
	/** What the user should mind, a sentence each. */
	readonly warnings: readonly string[];
}

const SERVICE_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";

/**
 * Finds the cluster in kubectl's order: kubeconfig files, then the service account of the pod this runs in.
 *
 * @throws Trouble when there is none, or when names in the kubeconfig lead nowhere
 */
export function findAccess(options: ClusterOptions, environment: NodeJS.ProcessEnv): Access {
	const places = kubeconfigPlaces(options.kubeconfig, environment);
	const config = readKubeconfig(places);
	const isEmpty = config.contexts.size === 0 && config.clusters.size === 0;
	const inCluster = isEmpty && options.kubeconfig === undefined ? serviceAccount(options, environment) : undefined;
	if (inCluster !== undefined && options.context === undefined) return inCluster;
	const name = options.context ?? config.currentContext;
	if (name !== undefined && !isEmpty) return contextAccess(config, name, options.insecureSkipTlsVerify === true);
	const place = config.files.length === 0 ? places.files : config.files;
	throw new Trouble(
		isEmpty
			? `no cluster: give -f, or a kubeconfig; looked for ${place.join(", ")} and for a pod's service account`
			: `${place.join(", ")}: no current context; give --context, one of: ${namesOf(config.contexts)}`,
	);
}

function contextAccess(config: KubeconfigFiles, name: string, skipsVerify: boolean): Access {
	const where = config.files.join(", ");
	const context = config.contexts.get(name);
	if (context === undefined) {
		const known = config.contexts.size === 0 ? "it has none" : `it has ${namesOf(config.contexts)}`;
		throw new Trouble(`${where}: no context ${JSON.stringify(name)} (${known})`);
	}
	const { cluster: clusterName, user: userName } = context;
	const cluster = typeof clusterName === "string" ? config.clusters.get(clusterName) : undefined;
	if (cluster === undefined) {
		throw new Trouble(`${where}: context ${name}: no cluster ${JSON.stringify(clusterName)}`);
	}
	const isNamed = typeof userName === "string" && userName !== "";
	const user = isNamed ? config.users.get(userName) : {};
	if (user === undefined) throw new Trouble(`${where}: context ${name}: no user ${JSON.stringify(userName)}`);
	const place = `${where}: cluster ${clusterName}`;
	const server = readServer(cluster["server"], place);
	const hasPassword = server.username !== "" || server.password !== "";
	// Node would send them, over plain HTTP as well.
	server.username = "";
	server.password = "";
	return {
		context: name,
		server,
		cluster,
		user,
		userName: isNamed ? userName : "",
		isInsecure: skipsVerify || cluster["insecure-skip-tls-verify"] === true,
		warnings: hasPassword ? [`${place}: server: the user name and password in the URL are not used`] : [],
	};
}

function readServer(server: unknown, place: string): URL {
	const url = typeof server === "string" ? parseURL(server.includes("://") ? server : `http://${server}`) : undefined;
	if (url === undefined || (url.protocol !== "https:" && url.protocol !== "http:")) {
		throw new Trouble(`${place}: server: expected a URL like https://192.0.2.1:6443`);
	}
	if (/[?#]/.test(url.href)) throw new Trouble(`${place}: server: expected a URL without ? and #`);
	url.pathname = url.pathname.replace(/\/+$/, "");
	return url;
}

function parseURL(text: string): URL | undefined {
	return URL.canParse(text) ? new URL(text) : undefined;
}

/** What the kubelet gives a pod. */
function serviceAccount(options: ClusterOptions, environment: NodeJS.ProcessEnv): Access | undefined {
	const host = environment["KUBERNETES_SERVICE_HOST"] ?? "";
	const port = environment["KUBERNETES_SERVICE_PORT"] ?? "";
	const tokenFile = `${SERVICE_ACCOUNT}/token`;
	if (host === "" || port === "" || !existsSync(tokenFile)) return undefined;
	const authority = `${SERVICE_ACCOUNT}/ca.crt`;
	return {
		context: undefined,
		server: readServer(`https://${hostPort(host, Number(port))}`, "KUBERNETES_SERVICE_HOST"),
		cluster: existsSync(authority) ? { "certificate-authority": authority } : {},
		user: { tokenFile },
		userName: "the pod's service account",
		isInsecure: options.insecureSkipTlsVerify === true,
		warnings: [],
	};
}

function namesOf(map: ReadonlyMap<string, unknown>): string {
	return [...map.keys()].sort().slice(0, 10).join(", ");
}
