import { readIP, textListField } from "../fields/addresses.ts";
import {
	booleanField,
	type Fields,
	isAbsent,
	isFields,
	isUnset,
	listField,
	objectField,
	placeOf,
	portField,
	reject,
	report,
	type Scope,
	textField,
	wordField,
} from "../fields/fields.ts";
import { isLabel, isSubdomain, LABEL_IN_WORDS } from "../fields/names.ts";
import { familyOf } from "../net/ip.ts";
import { API_PROTOCOLS, toProtocol } from "../net/protocol.ts";
import { type Problem, problems } from "../problem.ts";
import { has, readMetadata } from "./metadata.ts";
import type { EndpointPort, EndpointSlice, SliceEndpoint } from "./snapshot.ts";

const KIND = { kind: "EndpointSlice", isNamespaced: true, nameForm: "subdomain" } as const;
const ADDRESS_TYPES = ["IPv4", "IPv6", "FQDN"] as const;
const SERVICE_NAME = "kubernetes.io/service-name";
const NO_HINTS: readonly string[] = Object.freeze([]);

/** Reads one EndpointSlice. Undefined when it is broken; its problems are then in `found`. */
export function readEndpointSlice(value: Fields, source: string, found: Problem[]): EndpointSlice | undefined {
	const opened = readMetadata(value, KIND, source, found);
	if (opened === undefined) return undefined;
	const { metadata, scope } = opened;
	const addressType = wordField(scope, value, "addressType", "", ADDRESS_TYPES);
	if (addressType === undefined) {
		if (!scope.isBroken) reject(scope, problems.FIELD_MISSING(placeOf(scope, "", "addressType"), "IPv4, IPv6 or FQDN"));
		return undefined;
	}
	const slice: EndpointSlice = {
		namespace: metadata.namespace,
		name: metadata.name,
		serviceName: readServiceName(scope, metadata.labels),
		isLabelledHeadless: has(metadata.labels, "service.kubernetes.io/headless"),
		hasProxyName: has(metadata.labels, "service.kubernetes.io/service-proxy-name"),
		addressType,
		ports: readPorts(scope, value, metadata.isHandWritten),
		endpoints: addressType === "FQDN" ? [] : readEndpoints(scope, value, addressType),
	};
	return scope.isBroken ? undefined : slice;
}

function readServiceName(scope: Scope, labels: Fields): string {
	const name = labels[SERVICE_NAME];
	if (typeof name === "string" && isLabel(name)) return name;
	const place = placeOf(scope, "metadata", `labels["${SERVICE_NAME}"]`);
	if (name === undefined || name === null || name === "") report(scope, problems.SLICE_WITHOUT_SERVICE(place));
	else reject(scope, problems.NAME_SYNTAX(place, LABEL_IN_WORDS, name));
	return "";
}

function readPorts(scope: Scope, value: Fields, isHandWritten: boolean): readonly EndpointPort[] {
	return listField(scope, value, "ports", "").flatMap((port, index) => {
		const prefix = `ports[${index}]`;
		if (isFields(port)) return readPort(scope, port, prefix, isHandWritten);
		reject(scope, problems.FIELD_TYPE(placeOf(scope, "", prefix), "an object", port));
		return [];
	});
}

/** One port. An API server gives a port without a name the empty name, so hand-written slices get that. */
function readPort(scope: Scope, value: Fields, prefix: string, isHandWritten: boolean): EndpointPort {
	const name = textField(scope, value, "name", prefix) ?? (isHandWritten ? "" : undefined);
	if (name === undefined) report(scope, problems.SLICE_PORT_WITHOUT_NAME(placeOf(scope, prefix, "name")));
	else if (name !== "" && !isLabel(name)) {
		reject(scope, problems.NAME_SYNTAX(placeOf(scope, prefix, "name"), LABEL_IN_WORDS, name));
	}
	const port = portField(scope, value, "port", prefix);
	if (isUnset(value["port"])) report(scope, problems.SLICE_PORT_WITHOUT_NUMBER(placeOf(scope, prefix, "port")));
	const protocol = toProtocol(wordField(scope, value, "protocol", prefix, API_PROTOCOLS) ?? "TCP");
	return { name, protocol, port: port === 0 ? undefined : port };
}

function readEndpoints(scope: Scope, value: Fields, addressType: "IPv4" | "IPv6"): readonly SliceEndpoint[] {
	const endpoints: SliceEndpoint[] = [];
	const list = listField(scope, value, "endpoints", "");
	for (let index = 0; index < list.length; index++) {
		const item = list[index];
		const prefix = `endpoints[${index}]`;
		if (!isFields(item)) {
			reject(scope, problems.FIELD_TYPE(placeOf(scope, "", prefix), "an object", item));
			continue;
		}
		const endpoint = readEndpoint(scope, item, prefix, addressType);
		if (endpoint !== undefined) endpoints.push(endpoint);
	}
	return endpoints;
}

/** One endpoint; undefined, with a problem, when its first address cannot be used: kube-proxy skips just that endpoint. */
function readEndpoint(
	scope: Scope,
	value: Fields,
	prefix: string,
	addressType: "IPv4" | "IPv6",
): SliceEndpoint | undefined {
	const conditions = objectField(scope, value, "conditions", prefix);
	const inConditions = `${prefix}.conditions`;
	const isReady = booleanField(scope, conditions, "ready", inConditions) ?? true;
	const isServing = booleanField(scope, conditions, "serving", inConditions) ?? true;
	const isTerminating = booleanField(scope, conditions, "terminating", inConditions) ?? false;
	const hints = objectField(scope, value, "hints", prefix);
	const nodeName = textField(scope, value, "nodeName", prefix);
	const zoneHints = readHints(scope, hints, "forZones", prefix);
	const nodeHints = readHints(scope, hints, "forNodes", prefix);
	const pod = readPod(scope, value, prefix);
	const addresses = textListField(scope, value, "addresses", prefix);
	const [address] = addresses;
	if (address === undefined) {
		report(scope, problems.ENDPOINT_WITHOUT_ADDRESS(placeOf(scope, prefix, "addresses")));
		return undefined;
	}
	const ip = readIP(scope, address, prefix, "addresses[0]");
	if (ip === undefined) return undefined;
	if ((familyOf(ip) === "ipv4") !== (addressType === "IPv4")) {
		report(scope, problems.ADDRESS_FAMILY(placeOf(scope, prefix, "addresses[0]"), addressType, address));
		return undefined;
	}
	return {
		ip,
		address,
		furtherAddresses: addresses.length - 1,
		nodeName,
		isReady,
		isServing,
		isTerminating,
		zoneHints,
		nodeHints,
		pod,
	};
}

function readHints(scope: Scope, hints: Fields, key: string, prefix: string): readonly string[] {
	if (isAbsent(hints[key])) return NO_HINTS;
	const list = listField(scope, hints, key, `${prefix}.hints`);
	return list.flatMap((value, index) => {
		if (isFields(value)) return textField(scope, value, "name", `${prefix}.hints.${key}[${index}]`) ?? [];
		reject(scope, problems.FIELD_TYPE(placeOf(scope, `${prefix}.hints`, `${key}[${index}]`), "an object", value));
		return [];
	});
}

/** Only shown to people, so anything odd is passed over. */
function readPod(scope: Scope, value: Fields, prefix: string): string | undefined {
	const ref = objectField(scope, value, "targetRef", prefix);
	const { kind, namespace, name } = ref;
	if (kind !== "Pod" || typeof namespace !== "string" || typeof name !== "string") return undefined;
	return isLabel(namespace) && isSubdomain(name) ? `${namespace}/${name}` : undefined;
}
