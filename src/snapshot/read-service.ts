import { cidrListField, ipListField, readIP, textsOf } from "../fields/addresses.ts";
import {
	type Fields,
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
import { isLabel, LABEL_IN_WORDS } from "../fields/names.ts";
import { familyOf, type IP } from "../net/ip.ts";
import { API_PROTOCOLS, toProtocol } from "../net/protocol.ts";
import { type Problem, problems } from "../problem.ts";
import { has, type Metadata, readMetadata } from "./metadata.ts";
import type { LoadBalancerIngress, Service, ServicePortSpec } from "./snapshot.ts";

const KIND = { kind: "Service", isNamespaced: true, nameForm: "label" } as const;
const TYPES = ["ClusterIP", "NodePort", "LoadBalancer", "ExternalName"] as const;
const POLICIES = ["Cluster", "Local"] as const;

/** What an API server fills in for `sessionAffinityConfig.clientIP.timeoutSeconds`. */
const DEFAULT_AFFINITY_SECONDS = 10800;

/**
 * Reads one Service. Undefined when it is broken; its problems are then in `found`.
 *
 * A hand-written Service gets what an API server fills in, as far as that does not need the API server's own state:
 * it picks cluster IPs and node ports, we report that they are missing.
 */
export function readService(value: Fields, source: string, found: Problem[]): Service | undefined {
	const opened = readMetadata(value, KIND, source, found);
	if (opened === undefined) return undefined;
	const { metadata, scope } = opened;
	const spec = objectField(scope, value, "spec", "");
	const type = wordField(scope, spec, "type", "spec", TYPES) ?? "ClusterIP";
	const service: Service = {
		namespace: metadata.namespace,
		name: metadata.name,
		labels: metadata.labels,
		isLabelledHeadless: has(metadata.labels, "service.kubernetes.io/headless"),
		hasProxyName: has(metadata.labels, "service.kubernetes.io/service-proxy-name"),
		topologyAnnotation: topologyAnnotation(metadata),
		type,
		externalName: readExternalName(type, spec),
		...readClusterIPs(scope, spec, metadata.isHandWritten),
		ports: readPorts(scope, spec),
		affinitySeconds: readAffinity(scope, spec, metadata.isHandWritten),
		externalIPs: ipListField(scope, spec, "externalIPs", "spec"),
		loadBalancerIngress: readIngress(scope, objectField(scope, value, "status", "")),
		loadBalancerSourceRanges: cidrListField(scope, spec, "loadBalancerSourceRanges", "spec"),
		externalTrafficPolicy: wordField(scope, spec, "externalTrafficPolicy", "spec", POLICIES) ?? "Cluster",
		internalTrafficPolicy: wordField(scope, spec, "internalTrafficPolicy", "spec", POLICIES) ?? "Cluster",
		healthCheckNodePort: portField(scope, spec, "healthCheckNodePort", "spec"),
	};
	if (scope.isBroken) return undefined;
	reportMissingAllocations(scope, service, spec, metadata.isHandWritten);
	return service;
}

function topologyAnnotation({ annotations }: Metadata): string | undefined {
	const older = annotations["service.kubernetes.io/topology-aware-hints"];
	const text = older ?? annotations["service.kubernetes.io/topology-mode"];
	return typeof text === "string" ? text : undefined;
}

/** Only shown to people, so anything odd is passed over. */
function readExternalName(type: Service["type"], { externalName }: Fields): string {
	return type === "ExternalName" && typeof externalName === "string" ? externalName : "";
}

type ClusterIPFields = Pick<Service, "clusterIP" | "clusterIPs" | "ipFamilies">;

function readClusterIPs(scope: Scope, spec: Fields, isHandWritten: boolean): ClusterIPFields {
	const written = textField(scope, spec, "clusterIP", "spec") ?? "";
	const clusterIP = readClusterIP(scope, written, "clusterIP");
	const listed = textsOf(scope, spec, "clusterIPs", "spec").map(({ text, entry }) => readClusterIP(scope, text, entry));
	const ipFamilies = readFamilies(scope, spec);
	const isCompleted = isHandWritten && listed.length === 0 && clusterIP !== "";
	const all = isCompleted ? [clusterIP] : listed;
	checkFamilies(scope, all, ipFamilies);
	const clusterIPs = all.map(addressOrNone);
	if (!isHandWritten) return { clusterIP, clusterIPs, ipFamilies };
	return {
		clusterIP: clusterIP === "" ? (all[0] ?? "") : clusterIP,
		clusterIPs,
		ipFamilies:
			ipFamilies.length > 0 ? ipFamilies : clusterIPs.flatMap((ip) => (ip === undefined ? [] : apiFamily(ip))),
	};
}

/** One cluster IP. Without it nothing can be compiled, so text that is no address breaks the Service. */
function readClusterIP(scope: Scope, text: string, key: string): IP | "None" | "" {
	if (text === "" || text === "None") return text;
	const ip = readIP(scope, text, "spec", key);
	if (ip === undefined) scope.isBroken = true;
	return ip ?? "";
}

function addressOrNone(ip: IP | "None" | ""): IP | undefined {
	return ip === "" || ip === "None" ? undefined : ip;
}

function readFamilies(scope: Scope, spec: Fields): readonly ("IPv4" | "IPv6")[] {
	return textsOf(scope, spec, "ipFamilies", "spec").flatMap(({ text, entry }) => {
		if (text === "IPv4" || text === "IPv6") return text;
		reject(scope, problems.FIELD_VALUE(placeOf(scope, "spec", entry), "one of IPv4, IPv6", text));
		return [];
	});
}

function checkFamilies(scope: Scope, ips: readonly (IP | "None" | "")[], families: readonly ("IPv4" | "IPv6")[]): void {
	for (const [index, family] of families.entries()) {
		const ip = addressOrNone(ips[index] ?? "");
		if (ip === undefined || apiFamily(ip) === family) continue;
		reject(scope, problems.ADDRESS_FAMILY(placeOf(scope, "spec", `clusterIPs[${index}]`), family, ip));
	}
}

function apiFamily(ip: IP): "IPv4" | "IPv6" {
	return familyOf(ip) === "ipv4" ? "IPv4" : "IPv6";
}

function readPorts(scope: Scope, spec: Fields): readonly ServicePortSpec[] {
	const ports = listField(scope, spec, "ports", "spec").flatMap((value, index) => {
		const entry = `ports[${index}]`;
		if (isFields(value)) return readPort(scope, value, `spec.${entry}`);
		reject(scope, problems.FIELD_TYPE(placeOf(scope, "spec", entry), "an object", value));
		return [];
	});
	return withoutDuplicates(scope, ports);
}

function readPort(scope: Scope, value: Fields, prefix: string): ServicePortSpec {
	const name = textField(scope, value, "name", prefix) ?? "";
	if (name !== "" && !isLabel(name)) {
		reject(scope, problems.NAME_SYNTAX(placeOf(scope, prefix, "name"), LABEL_IN_WORDS, name));
	}
	const port = portField(scope, value, "port", prefix);
	if (isUnset(value["port"])) reject(scope, problems.PORT_RANGE(placeOf(scope, prefix, "port"), value["port"]));
	const protocol = toProtocol(wordField(scope, value, "protocol", prefix, API_PROTOCOLS) ?? "TCP");
	return { name, protocol, port, nodePort: portField(scope, value, "nodePort", prefix) };
}

/** A service port is known by name and protocol; of two with the same, the later one counts. */
function withoutDuplicates(scope: Scope, ports: readonly ServicePortSpec[]): readonly ServicePortSpec[] {
	if (ports.length < 2) return ports;
	const last = new Map(ports.map((port, index) => [`${port.name} ${port.protocol}`, index]));
	return ports.filter((port, index) => {
		const winner = last.get(`${port.name} ${port.protocol}`) ?? index;
		if (winner === index) return true;
		const place = placeOf(scope, "spec", `ports[${winner}]`);
		report(scope, problems.DUPLICATE_SERVICE_PORT(place, `spec.ports[${index}]`));
		return false;
	});
}

function readAffinity(scope: Scope, spec: Fields, isHandWritten: boolean): number | undefined {
	const affinity = wordField(scope, spec, "sessionAffinity", "spec", ["None", "ClientIP"] as const);
	const config = objectField(scope, spec, "sessionAffinityConfig", "spec");
	const clientIP = objectField(scope, config, "clientIP", "spec.sessionAffinityConfig");
	if (affinity !== "ClientIP") return undefined;
	const seconds = clientIP["timeoutSeconds"];
	const place = placeOf(scope, "spec.sessionAffinityConfig.clientIP", "timeoutSeconds");
	if (seconds === undefined || seconds === null) {
		if (!isHandWritten) report(scope, problems.AFFINITY_TIMEOUT_NOT_SET(place));
		return DEFAULT_AFFINITY_SECONDS;
	}
	if (typeof seconds === "number" && Number.isInteger(seconds) && seconds >= 1 && seconds <= 86400) return seconds;
	reject(scope, problems.NUMBER_RANGE(place, "1-86400 seconds", seconds));
	return undefined;
}

/** Entries with a host name only are left out silently: a client resolves them by itself. */
function readIngress(scope: Scope, status: Fields): readonly LoadBalancerIngress[] {
	const prefix = "status.loadBalancer";
	const loadBalancer = objectField(scope, status, "loadBalancer", "status");
	return listField(scope, loadBalancer, "ingress", prefix).flatMap((value, index) => {
		const entry = `ingress[${index}]`;
		if (!isFields(value)) {
			reject(scope, problems.FIELD_TYPE(placeOf(scope, prefix, entry), "an object", value));
			return [];
		}
		const text = textField(scope, value, "ip", `${prefix}.${entry}`);
		const ipMode = wordField(scope, value, "ipMode", `${prefix}.${entry}`, ["VIP", "Proxy"] as const) ?? "VIP";
		if (text === undefined || text === "") return [];
		const ip = readIP(scope, text, `${prefix}.${entry}`, "ip");
		return ip === undefined ? [] : { ip, ipMode };
	});
}

/** Says what an API server would have picked for a hand-written Service and we cannot know. */
function reportMissingAllocations(scope: Scope, service: Service, spec: Fields, isHandWritten: boolean): void {
	if (!isHandWritten || service.type === "ExternalName") return;
	if (service.clusterIP === "") report(scope, problems.CLUSTER_IP_NOT_SET(placeOf(scope, "spec", "clusterIP")));
	if (service.type === "ClusterIP") return;
	for (const [index, port] of service.ports.entries()) {
		if (port.nodePort !== 0 || spec["allocateLoadBalancerNodePorts"] === false) continue;
		report(scope, problems.NODE_PORT_NOT_SET(placeOf(scope, "spec", `ports[${index}].nodePort`)));
	}
	const needsHealthCheck = service.type === "LoadBalancer" && service.externalTrafficPolicy === "Local";
	if (!needsHealthCheck || service.healthCheckNodePort !== 0) return;
	report(scope, problems.HEALTH_CHECK_NODE_PORT_NOT_SET(placeOf(scope, "spec", "healthCheckNodePort")));
}
