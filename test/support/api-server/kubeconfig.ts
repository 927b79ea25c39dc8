import { writeFileSync } from "node:fs";
import { join } from "node:path";
import yaml from "js-yaml";

type Fields = Readonly<Record<string, unknown>>;

/** A kubeconfig with one context, named `test`. */
export interface KubeconfigParts {
	/** Fields of the cluster: `server`, `certificate-authority-data` … */
	readonly cluster: Fields;
	/** Fields of the user: `token`, `exec` … */
	readonly user: Fields;
	/** Fields of the context beside the names: `namespace`. */
	readonly context?: Fields;
}

/** What a kubeconfig file says. */
export function kubeconfigOf({ cluster, user, context = {} }: KubeconfigParts, name = "test"): Fields {
	return {
		apiVersion: "v1",
		kind: "Config",
		"current-context": name,
		clusters: [{ name: `${name}-cluster`, cluster }],
		users: [{ name: `${name}-user`, user }],
		contexts: [{ name, context: { cluster: `${name}-cluster`, user: `${name}-user`, ...context } }],
	};
}

/** PEM as the fields that end in `-data` have it. */
export function base64(text: string): string {
	return Buffer.from(text).toString("base64");
}

/** Writes a kubeconfig, or a text in its place, into a folder and gives its path. */
export function writeKubeconfig(folder: string, content: Fields | string, name = "config"): string {
	const file = join(folder, name);
	writeFileSync(file, typeof content === "string" ? content : yaml.dump(content), { mode: 0o600 });
	return file;
}
