import { textsOf } from "../fields/addresses.ts";
import {
	booleanField,
	type Fields,
	isAbsent,
	isFields,
	objectField,
	placeOf,
	reject,
	type Scope,
	textField,
	wordField,
} from "../fields/fields.ts";
import { parseCIDR } from "../net/cidr.ts";
import { type IP, parseIP } from "../net/ip.ts";
import { type Problem, problems } from "../problem.ts";
import { unknownKeys } from "./known-keys.ts";
import { BEHAVIOURS, DEFAULT_KUBE_VERSION, FEATURE_GATES, type FeatureGate, type KubeVersion } from "./kube-version.ts";
import { type NodePortCIDR, PROXY_MODES, type ProxyConfig, type ProxyMode } from "./proxy-config.ts";
import { readDetectLocal } from "./read-detect-local.ts";
import { readIpvs } from "./read-ipvs-config.ts";

/** What came out of reading a configuration. */
export interface ConfigResult {
	/** Undefined when kube-proxy would refuse to start with it; `problems` then says why. */
	readonly config: ProxyConfig | undefined;
	readonly problems: readonly Problem[];
	/** Keys kube-proxy does not have. */
	readonly unknownKeys: readonly string[];
}

/**
 * Reads a KubeProxyConfiguration as parsed from YAML or JSON; `{}` gives kube-proxy's defaults.
 *
 * Like kube-proxy, refuses the configuration as a whole when a value is wrong. Durations are not looked at: they do
 * not reach the rules.
 *
 * Source: spec section 10.1 and 10.2.
 */
export function readProxyConfig(
	value: unknown,
	options: { readonly kubeVersion?: KubeVersion; readonly source?: string } = {},
): ConfigResult {
	const object = { kind: "KubeProxyConfiguration", source: options.source };
	const scope: Scope = { object, problems: [], isBroken: false };
	if (!isAbsent(value) && !isFields(value)) {
		reject(scope, problems.FIELD_TYPE({ object, path: "" }, "an object", value));
		return { config: undefined, problems: scope.problems, unknownKeys: [] };
	}
	const fields: Fields = value ?? {};
	checkKind(scope, fields);
	const config = readFields(scope, fields, options.kubeVersion ?? DEFAULT_KUBE_VERSION);
	return {
		config: scope.isBroken ? undefined : config,
		problems: scope.problems,
		unknownKeys: unknownKeys(fields),
	};
}

function checkKind(scope: Scope, fields: Fields): void {
	wordField(scope, fields, "kind", "", ["KubeProxyConfiguration"]);
	wordField(scope, fields, "apiVersion", "", ["kubeproxy.config.k8s.io/v1alpha1"]);
}

function readFields(scope: Scope, fields: Fields, kubeVersion: KubeVersion): ProxyConfig {
	const mode = readMode(scope, fields, kubeVersion);
	const iptables = objectField(scope, fields, "iptables", "");
	const conntrack = objectField(scope, fields, "conntrack", "");
	return {
		mode,
		bindAddress: readBindAddress(scope, fields),
		hostnameOverride: (textField(scope, fields, "hostnameOverride", "") ?? "").trim().toLowerCase(),
		detectLocal: readDetectLocal(scope, fields, mode, kubeVersion),
		...readMasquerade(scope, fields, mode),
		localhostNodePorts: booleanField(scope, iptables, "localhostNodePorts", "iptables") ?? true,
		nodePortAddresses: readNodePortAddresses(scope, fields, mode, kubeVersion),
		tcpBeLiberal: booleanField(scope, conntrack, "tcpBeLiberal", "conntrack") ?? false,
		ipvs: readIpvs(scope, fields),
		featureGates: readFeatureGates(scope, fields, kubeVersion),
	};
}

function readMode(scope: Scope, fields: Fields, kubeVersion: KubeVersion): ProxyMode {
	const mode = wordField(scope, fields, "mode", "", PROXY_MODES) ?? "iptables";
	if (mode === "nftables" && BEHAVIOURS[kubeVersion].nftables === undefined) {
		const expected = `iptables or ipvs (nftables is an alpha in ${kubeVersion}, which is not compiled; it begins with 1.31)`;
		reject(scope, problems.FIELD_VALUE(placeOf(scope, "", "mode"), expected, mode));
	}
	return mode;
}

function readBindAddress(scope: Scope, fields: Fields): IP | undefined {
	const text = textField(scope, fields, "bindAddress", "") ?? "";
	if (text === "" || text === "0.0.0.0" || text === "::") return undefined;
	const ip = parseIP(text);
	if (ip === undefined) reject(scope, problems.ADDRESS_SYNTAX(placeOf(scope, "", "bindAddress"), text));
	return ip;
}

/** The nftables mode has its own section; the IPVS mode reads the one of iptables. */
function readMasquerade(
	scope: Scope,
	fields: Fields,
	mode: ProxyMode,
): Pick<ProxyConfig, "masqueradeAll" | "masqueradeBit"> {
	const prefix = mode === "nftables" ? "nftables" : "iptables";
	const section = objectField(scope, fields, prefix, "");
	const masqueradeAll = booleanField(scope, section, "masqueradeAll", prefix) ?? false;
	const bit = section["masqueradeBit"] ?? 14;
	if (typeof bit === "number" && Number.isInteger(bit) && bit >= 0 && bit <= 31)
		return { masqueradeAll, masqueradeBit: bit };
	reject(scope, problems.NUMBER_RANGE(placeOf(scope, prefix, "masqueradeBit"), "0-31", bit));
	return { masqueradeAll, masqueradeBit: 14 };
}

/** The nftables mode alone takes an empty list to mean the primary addresses. */
function readNodePortAddresses(
	scope: Scope,
	fields: Fields,
	mode: ProxyMode,
	kubeVersion: KubeVersion,
): "primary" | readonly NodePortCIDR[] {
	const entries = textsOf(scope, fields, "nodePortAddresses", "");
	if (mode === "nftables" && entries.length === 0) return "primary";
	const allowsPrimary = BEHAVIOURS[kubeVersion].primaryNodePortAddress;
	if (allowsPrimary && entries.length === 1 && entries[0]?.text === "primary") return "primary";
	return entries.flatMap(({ text, entry }) => {
		const cidr = parseCIDR(text);
		if (cidr !== undefined) return { cidr, text };
		const place = placeOf(scope, "", entry);
		if (text !== "primary") reject(scope, problems.CIDR_SYNTAX(place, text));
		else if (!allowsPrimary) reject(scope, problems.FIELD_VALUE(place, `a CIDR ("primary" came with 1.31)`, text));
		else reject(scope, problems.FIELD_VALUE(place, `"primary" alone, or CIDRs only`, text));
		return [];
	});
}

function readFeatureGates(scope: Scope, fields: Fields, kubeVersion: KubeVersion): ProxyConfig["featureGates"] {
	const section = objectField(scope, fields, "featureGates", "");
	const gates: Partial<Record<FeatureGate, boolean>> = {};
	for (const gate of FEATURE_GATES) {
		const value = booleanField(scope, section, gate, "featureGates");
		if (value === undefined) continue;
		if (!value && BEHAVIOURS[kubeVersion].gates[gate] === "locked") {
			reject(
				scope,
				problems.FIELD_VALUE(placeOf(scope, "featureGates", gate), `true (locked in ${kubeVersion})`, value),
			);
		}
		gates[gate] = value;
	}
	return gates;
}
