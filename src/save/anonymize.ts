import { DEFAULT_KUBE_VERSION, parseKubeVersion } from "../config/kube-version.ts";
import { readProxyConfig } from "../config/read-proxy-config.ts";
import type { Fields } from "../fields/fields.ts";
import { isFields } from "../fields/fields.ts";
import type { KnownKind } from "../snapshot/kinds.ts";
import { readSnapshot } from "../snapshot/read-snapshot.ts";
import type { Collected } from "./collect.ts";
import { PROXY_CONFIG } from "./config-form.ts";
import { type Form, version } from "./forms.ts";
import type { HeaderFields } from "./header.ts";
import { NODE, SERVICE_CIDR } from "./node-form.ts";
import { SERVICE } from "./service-form.ts";
import { ENDPOINT_SLICE } from "./slice-form.ts";
import { newAliases, newCollector, type Words } from "./words.ts";

/** Objects and header with other names and addresses. */
export interface Anonymized {
	/** In the order of the input; undefined where an object could not be kept, because it is broken or of another kind. */
	readonly objects: readonly (Fields | undefined)[];
	readonly header: HeaderFields;
	/** The alias of each Node and of each name of one. */
	readonly nodes: ReadonlyMap<string, string>;
}

const FORMS: Readonly<Record<Exclude<KnownKind, "Snapshot">, Form>> = {
	EndpointSlice: ENDPOINT_SLICE,
	Node: NODE,
	Service: SERVICE,
	ServiceCIDR: SERVICE_CIDR,
};

/**
 * Replaces names and addresses consistently and leaves out everything that is not known to be harmless, so that the rest
 * compiles to the same rules but for names, addresses, and what depends on the order of addresses.
 *
 * @param key the same key gives the same addresses; who knows it can find out the original ones
 */
export function anonymize(collected: readonly Collected[], header: HeaderFields, key: string): Anonymized {
	const whole = collected.map((one) => (isUsable(one) ? one : undefined));
	const config = isAccepted(header) ? header.proxyConfig : undefined;
	const replaced = (words: Words) => ({
		objects: whole.map((one) => (one === undefined ? undefined : replaceIn(one, words))),
		proxyConfig: PROXY_CONFIG(config, words),
	});
	const { words: noting, names } = newCollector();
	replaced(noting);
	const aliases = newAliases(names, key);
	const { objects, proxyConfig } = replaced(aliases);
	const nodes = [...(names.get("node") ?? [])].sort().map((name) => [name, aliases.name("node", name)] as const);
	return { objects, header: { ...harmless(header, aliases), proxyConfig }, nodes: new Map(nodes) };
}

function replaceIn({ kind, object }: Collected, words: Words): Fields | undefined {
	const kept = kind === undefined ? undefined : FORMS[kind](object, words);
	return isFields(kept) ? { apiVersion: object["apiVersion"], kind, ...kept } : undefined;
}

/** Of an object that is broken nobody knows which of its texts are names. */
function isUsable({ object, source }: Collected): boolean {
	const { services, endpointSlices, nodes, serviceCIDRs } = readSnapshot([{ value: object, source }]).snapshot;
	return services.length + endpointSlices.length + nodes.length + serviceCIDRs.length === 1;
}

function isAccepted({ proxyConfig, serverVersion }: HeaderFields): boolean {
	const kubeVersion = parseKubeVersion(serverVersion ?? "") ?? DEFAULT_KUBE_VERSION;
	return readProxyConfig(proxyConfig, { kubeVersion }).config !== undefined;
}

/** Which cluster it was, and when, is left out. */
function harmless({ serverVersion, svcnatVersion }: HeaderFields, words: Words): HeaderFields {
	return { serverVersion: shortVersion(serverVersion, words), svcnatVersion, isAnonymized: true };
}

/** That there is a version tells that it was a cluster. */
function shortVersion(text: string | undefined, words: Words): string | undefined {
	if (text === undefined) return undefined;
	const short = version(text, words);
	return typeof short === "string" ? short : "unknown";
}
