import yaml from "js-yaml";
import { isFields } from "../fields/fields.ts";
import { Trouble } from "../trouble.ts";
import type { Api } from "./api.ts";
import { type ConfigMapKey, KUBE_PROXY_CONFIG_MAP, type LiveCluster } from "./live-cluster.ts";
import { type MissingRight, nameRight, type Right, ruleOf, yamlText } from "./rights.ts";

/** What came of looking for kube-proxy's configuration. */
export interface FoundConfig {
	readonly config: LiveCluster["proxyConfig"];
	/** What is assumed instead. */
	readonly notes: readonly string[];
	/** Undefined: it may be read. */
	readonly missing?: MissingRight;
}

const DEFAULT_KEY = "config.conf";

const ASSUMED =
	"kube-proxy's defaults are assumed (--config, --kube-proxy-configmap and kube-proxy's flags say otherwise)";

/**
 * Reads kube-proxy's configuration from a ConfigMap.
 *
 * @param given undefined: where kubeadm keeps it; that it is not there is then no mistake
 * @throws Trouble when a given one is not there, or when it holds no YAML
 */
export async function readConfigMap(api: Api, given: ConfigMapKey | undefined): Promise<FoundConfig> {
	const { namespace, name, key = DEFAULT_KEY } = given ?? KUBE_PROXY_CONFIG_MAP;
	const title = `ConfigMap ${namespace}/${name}`;
	const result = await api.get(
		`/api/v1/namespaces/${encodeURIComponent(namespace)}/configmaps/${encodeURIComponent(name)}`,
	);
	const without = (problem: string): FoundConfig => {
		if (given !== undefined) throw new Trouble(problem);
		return { config: undefined, notes: [`${problem}: ${ASSUMED}`] };
	};
	if (result.kind === "forbidden") {
		const missing = { ...configMapRight(given), message: result.message };
		if (given !== undefined) return { config: undefined, notes: [], missing };
		const rule = `the rule of a Role in namespace ${yamlText(namespace)} that would grant it: ${ruleOf(missing)}`;
		const note = `${title} may not be read (missing: ${nameRight(missing)}): ${ASSUMED}; ${rule}`;
		return { config: undefined, notes: [note], missing };
	}
	if (result.kind !== "ok") return without(`there is no ${title}`);
	const data = isFields(result.value["data"]) ? result.value["data"] : {};
	const text = data[key];
	const keys = Object.keys(data).slice(0, 10).join(", ");
	if (typeof text !== "string") return without(`${title} has no key ${key} (it has: ${keys || "none"})`);
	const source = `${title}, ${key}`;
	return { config: { value: parse(text, source), source }, notes: [] };
}

/** The right that this takes. */
export function configMapRight(given: ConfigMapKey | undefined): Right {
	const { namespace, name } = given ?? KUBE_PROXY_CONFIG_MAP;
	return { verb: "get", resource: { name: "configmaps", group: "" }, namespace, objectName: name };
}

function parse(text: string, source: string): unknown {
	try {
		return yaml.load(text, { schema: yaml.CORE_SCHEMA });
	} catch (error) {
		const reason = error instanceof yaml.YAMLException ? error.reason : "it is too deep";
		throw new Trouble(`${source}: cannot be parsed as YAML: ${reason}`);
	}
}
