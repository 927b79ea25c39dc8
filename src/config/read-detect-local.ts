import { type Fields, objectField, placeOf, reject, type Scope, textField, wordField } from "../fields/fields.ts";
import { type CIDR, parseCIDR } from "../net/cidr.ts";
import { problems } from "../problem.ts";
import { BEHAVIOURS, type KubeVersion } from "./kube-version.ts";
import type { DetectLocal, ProxyMode } from "./proxy-config.ts";

const DETECT_LOCAL_MODES = ["ClusterCIDR", "NodeCIDR", "BridgeInterface", "InterfaceNamePrefix"] as const;

/** Reads how pods are told apart. Source: spec section 5.4, nftables spec section 4. */
export function readDetectLocal(
	scope: Scope,
	fields: Fields,
	proxyMode: ProxyMode,
	kubeVersion: KubeVersion,
): DetectLocal {
	const mode = wordField(scope, fields, "detectLocalMode", "", DETECT_LOCAL_MODES) ?? "ClusterCIDR";
	const section = objectField(scope, fields, "detectLocal", "");
	// Checked in every mode, as kube-proxy does.
	const cidrs = readClusterCIDR(scope, fields);
	if (mode === "NodeCIDR") return { mode };
	if (mode === "ClusterCIDR") return { mode, cidrs };
	if (mode === "BridgeInterface")
		return { mode, name: readInterface(scope, section, "bridgeInterface", INTERFACE_NAMES[proxyMode]) };
	if (proxyMode === "nftables" && BEHAVIOURS[kubeVersion].nftables?.interfaceKey === "iif") {
		const expected = `another mode: kube-proxy ${kubeVersion} writes prefixes in a form that nft refuses together with all other rules`;
		reject(scope, problems.FIELD_VALUE(placeOf(scope, "", "detectLocalMode"), expected, mode));
	}
	return { mode, prefix: readInterface(scope, section, "interfaceNamePrefix", INTERFACE_NAMES[proxyMode], 14) };
}

function readClusterCIDR(scope: Scope, fields: Fields): readonly CIDR[] {
	const text = textField(scope, fields, "clusterCIDR", "") ?? "";
	if (text === "") return [];
	const place = placeOf(scope, "", "clusterCIDR");
	const cidrs = text.split(",").flatMap((part) => {
		const cidr = parseCIDR(part);
		if (cidr === undefined) reject(scope, problems.CIDR_SYNTAX(place, part));
		return cidr ?? [];
	});
	const families = new Set(cidrs.map(({ family }) => family));
	if (families.size === cidrs.length) return cidrs;
	reject(scope, problems.FIELD_VALUE(place, "at most one CIDR of each family, separated by a comma", text));
	return [];
}

/** Names of interfaces that can stand in rules. */
interface InterfaceNames {
	readonly form: RegExp;
	readonly inWords: string;
}

const IPTABLES_NAMES: InterfaceNames = {
	form: /^[A-Za-z0-9_.:@][A-Za-z0-9_.:@+-]*$/,
	inWords: "A-Z, a-z, 0-9 and _.:@+-, not + or - first",
};

/** kube-proxy writes names without quotes, and nft takes no others so. */
const NFT_NAMES: InterfaceNames = {
	form: /^[A-Za-z_.][A-Za-z0-9_.-]*$/,
	inWords: "A-Z, a-z, 0-9 and _.-, no digit or - first (nft refuses other names together with all rules)",
};

const INTERFACE_NAMES: Readonly<Record<ProxyMode, InterfaceNames>> = {
	iptables: IPTABLES_NAMES,
	ipvs: IPTABLES_NAMES,
	nftables: NFT_NAMES,
};

/**
 * An interface name goes into rules as it stands, so it must be one word of printable ASCII; names longer than 15 characters (what
 * stands for the rest after a prefix counts) are none.
 */
function readInterface(
	scope: Scope,
	section: Fields,
	key: string,
	{ form, inWords }: InterfaceNames,
	longest = 15,
): string {
	const name = textField(scope, section, key, "detectLocal") ?? "";
	const place = placeOf(scope, "detectLocal", key);
	if (name === "") {
		if (!scope.isBroken) reject(scope, problems.FIELD_MISSING(place, "the name of an interface"));
	} else if (name.length > longest || !form.test(name)) {
		reject(scope, problems.NAME_SYNTAX(place, `1-${longest} characters of ${inWords}`, name));
	}
	return name;
}
