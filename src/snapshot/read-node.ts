import { cidrListField, readIP } from "../fields/addresses.ts";
import {
	type Fields,
	isFields,
	listField,
	objectField,
	placeOf,
	reject,
	type Scope,
	textField,
} from "../fields/fields.ts";
import type { IP } from "../net/ip.ts";
import { type Problem, problems } from "../problem.ts";
import { readMetadata } from "./metadata.ts";
import type { Node } from "./snapshot.ts";

const KIND = { kind: "Node", isNamespaced: false, nameForm: "subdomain" } as const;
const ZONE = "topology.kubernetes.io/zone";

/** Reads one Node. Undefined when it is broken; its problems are then in `found`. */
export function readNode(value: Fields, source: string, found: Problem[]): Node | undefined {
	const opened = readMetadata(value, KIND, source, found);
	if (opened === undefined) return undefined;
	const { metadata, scope } = opened;
	const spec = objectField(scope, value, "spec", "");
	const status = objectField(scope, value, "status", "");
	const zone = textField(scope, metadata.labels, ZONE, "metadata.labels") ?? "";
	const byType = readAddresses(scope, status);
	const podCIDRs = cidrListField(scope, spec, "podCIDRs", "spec");
	const ipsOf = (type: string): readonly IP[] => byType.filter((one) => one.type === type).map(({ ip }) => ip);
	const internalIPs = ipsOf("InternalIP");
	const addresses = [...internalIPs, ...ipsOf("ExternalIP")];
	const node: Node = { name: metadata.name, zone, addresses, internalIPs, podCIDRs };
	return scope.isBroken ? undefined : node;
}

interface NodeAddress {
	readonly type: string;
	readonly ip: IP;
}

function readAddresses(scope: Scope, status: Fields): readonly NodeAddress[] {
	return listField(scope, status, "addresses", "status").flatMap((value, index) => {
		const entry = `addresses[${index}]`;
		if (!isFields(value)) {
			reject(scope, problems.FIELD_TYPE(placeOf(scope, "status", entry), "an object", value));
			return [];
		}
		const type = textField(scope, value, "type", `status.${entry}`) ?? "";
		const address = textField(scope, value, "address", `status.${entry}`) ?? "";
		if (type !== "InternalIP" && type !== "ExternalIP") return [];
		const ip = readIP(scope, address, `status.${entry}`, "address");
		return ip === undefined ? [] : { type, ip };
	});
}
