import { familyOf, hostPort, type IP } from "../net/ip.ts";
import type { EndpointSlice, Service, ServicePortSpec } from "../snapshot/snapshot.ts";

/** How pods find a Service. */
export interface ServiceNames {
	/** Records of the cluster's DNS; names without the final dot. */
	readonly dns: readonly DNSRecord[];
	/** What else there is in DNS, in words; undefined: nothing. */
	readonly note: string | undefined;
	/** What the kubelet gives to pods that start after the Service was made; in its order. */
	readonly environment: readonly EnvironmentVariable[];
	/** To which pods: those of the Service's namespace, or all. */
	readonly environmentIn: "namespace" | "all-namespaces";
}

/** What a name stands for. */
export interface DNSRecord {
	readonly name: string;
	readonly type: "A" | "AAAA" | "SRV" | "CNAME";
	/** Addresses, `PORT NAME`, or a name. */
	readonly values: readonly string[];
}

/** A variable and its value. */
export interface EnvironmentVariable {
	readonly name: string;
	readonly value: string;
}

/** What names depend on beside the Service. */
export interface NameOptions {
	/** `cluster.local` unless the cluster was made otherwise. */
	readonly clusterDomain: string;
	/** Those of the Service; a headless one has its addresses and ports from them. */
	readonly slices: readonly EndpointSlice[];
}

/**
 * The names of a Service.
 *
 * Source: Kubernetes DNS-based service discovery, version 1.1.0; the Kubernetes documentation, "Discovering services". That
 * the variables of `default/kubernetes` go to all pods, with `enableServiceLinks: false` too, is how the kubelet behaves.
 */
export function namesOf(service: Service, options: NameOptions): ServiceNames {
	const dns = dnsRecords(service, options);
	const note = service.clusterIP === "None" ? podNames(fullName(service, options)) : undefined;
	const isForAll = service.namespace === "default" && service.name === "kubernetes";
	return { dns, note, environment: environmentOf(service), environmentIn: isForAll ? "all-namespaces" : "namespace" };
}

function fullName({ name, namespace }: Service, { clusterDomain }: NameOptions): string {
	return `${name}.${namespace}.svc.${clusterDomain}`;
}

function podNames(name: string): string {
	const made = "the pod's own (in a StatefulSet its name), or one that the DNS server makes up";
	return `each endpoint also has a name of its own, HOSTNAME.${name}: HOSTNAME is ${made}`;
}

function dnsRecords(service: Service, options: NameOptions): readonly DNSRecord[] {
	const name = fullName(service, options);
	if (service.type === "ExternalName") {
		return service.externalName === "" ? [] : [{ name, type: "CNAME", values: [service.externalName] }];
	}
	const isHeadless = service.clusterIP === "None";
	const ips = isHeadless ? readyIPs(options.slices) : clusterIPs(service);
	if (ips.length === 0) return [];
	const ofType = (type: "A" | "AAAA"): readonly DNSRecord[] => {
		const values = ips.filter((ip) => ip.includes(":") === (type === "AAAA"));
		return values.length === 0 ? [] : [{ name, type, values }];
	};
	const named = service.ports.filter((port) => port.name !== "");
	const services = named.flatMap((port): readonly DNSRecord[] => {
		const values = isHeadless
			? endpointPorts(port, options.slices).map((number) => `${number} HOSTNAME.${name}`)
			: [`${port.port} ${name}`];
		return values.length === 0 ? [] : [{ name: `_${port.name}._${port.protocol}.${name}`, type: "SRV", values }];
	});
	return [...ofType("A"), ...ofType("AAAA"), ...services];
}

/** Of ready endpoints, each once, IPv4 first. */
function readyIPs(slices: readonly EndpointSlice[]): readonly IP[] {
	const ips = slices.flatMap(({ endpoints }) => endpoints.filter(({ isReady }) => isReady).map(({ ip }) => ip));
	return [...new Set(ips)].sort((a, b) => familyOf(a).localeCompare(familyOf(b)));
}

/** The numbers that ready endpoints have for a port, each once: clients of a headless Service meet no translation. */
function endpointPorts({ name, protocol }: ServicePortSpec, slices: readonly EndpointSlice[]): readonly number[] {
	const numbers = slices
		.filter(({ endpoints }) => endpoints.some(({ isReady }) => isReady))
		.flatMap(({ ports }) => ports.filter((port) => port.name === name && port.protocol === protocol))
		.flatMap(({ port }) => port ?? []);
	return [...new Set(numbers)];
}

function clusterIPs({ clusterIP, clusterIPs: all }: Service): readonly IP[] {
	const first = clusterIP === "None" || clusterIP === "" ? [] : [clusterIP];
	return [...new Set([...first, ...all.filter((ip) => ip !== undefined)])];
}

function environmentOf({ name, clusterIP, ports }: Service): readonly EnvironmentVariable[] {
	const [first] = ports;
	if (clusterIP === "" || clusterIP === "None" || first === undefined) return [];
	const prefix = inUpperCase(name);
	const url = ({ protocol, port }: typeof first): string => `${protocol}://${hostPort(clusterIP, port)}`;
	const variables = [
		[`${prefix}_SERVICE_HOST`, clusterIP],
		[`${prefix}_SERVICE_PORT`, first.port],
		...ports.flatMap((port) =>
			port.name === "" ? [] : [[`${prefix}_SERVICE_PORT_${inUpperCase(port.name)}`, port.port] as const],
		),
		[`${prefix}_PORT`, url(first)],
		...ports.flatMap((port) => {
			const key = `${prefix}_PORT_${port.port}_${port.protocol.toUpperCase()}`;
			return [
				[key, url(port)],
				[`${key}_PROTO`, port.protocol],
				[`${key}_PORT`, port.port],
				[`${key}_ADDR`, clusterIP],
			] as const;
		}),
	] as const;
	return variables.map(([key, value]) => ({ name: key, value: String(value) }));
}

function inUpperCase(name: string): string {
	return name.toUpperCase().replaceAll("-", "_");
}
