import { readFileSync } from "node:fs";
import { type Fields, isFields } from "../fields/fields.ts";
import { reasonOf, Trouble } from "../trouble.ts";
import type { Access } from "./access.ts";

/**
 * What a plugin is told in KUBERNETES_EXEC_INFO, as kubectl tells it: an `ExecCredential`, with the cluster when the
 * kubeconfig says so.
 *
 * @throws Trouble when the file with the cluster's authority cannot be read
 */
export function execInfo({ apiVersion, provideClusterInfo }: Fields, access: Access, interactive: boolean): Fields {
	const spec = provideClusterInfo === true ? { cluster: clusterInfo(access), interactive } : { interactive };
	return { apiVersion, kind: "ExecCredential", spec };
}

/** Fields of the kubeconfig's cluster that go to the plugin as they are. */
const SAME: readonly string[] = ["server", "tls-server-name", "proxy-url", "disable-compression"];

/** Where a kubeconfig has something for the plugin of a cluster. */
const EXTENSION = "client.authentication.k8s.io/exec";

function clusterInfo({ cluster, isInsecure }: Access): Fields {
	const same = Object.entries(cluster).filter(([key]) => SAME.includes(key));
	const config = configOf(cluster);
	return {
		...Object.fromEntries(same),
		// Who believes everybody has no authority.
		...(isInsecure ? { "insecure-skip-tls-verify": true } : authorityOf(cluster)),
		...(config === undefined ? {} : { config }),
	};
}

function authorityOf(cluster: Fields): Fields {
	const { "certificate-authority-data": data, "certificate-authority": file } = cluster;
	if (typeof data === "string" && data !== "") return { "certificate-authority-data": data };
	return typeof file === "string" && file !== "" ? { "certificate-authority-data": readBase64(file) } : {};
}

function readBase64(file: string): string {
	try {
		return readFileSync(file).toString("base64");
	} catch (error) {
		throw new Trouble(`${file}: cannot be read: ${reasonOf(error)}`);
	}
}

function configOf({ extensions }: Fields): unknown {
	const list: readonly unknown[] = Array.isArray(extensions) ? extensions : [];
	return list.filter(isFields).find(({ name }) => name === EXTENSION)?.["extension"];
}
