import type {
	AddressEntry,
	AddressPortAddressEntry,
	AddressPortEntry,
	AddressPortNetworkEntry,
	PortEntry,
} from "../../lang/ipset/set.ts";
import type { Model } from "../../model/model.ts";
import type { ServicePort } from "../../model/service-port.ts";
import type { IP } from "../../net/ip.ts";
import { dummyIPs, nodePortIPs } from "./node-addresses.ts";
import type { SETS, SetKey } from "./sets.ts";
import { isUnicast } from "./storable.ts";

/** The entries of every set, each once, in the order of the model. */
export type Entries = { readonly [Key in SetKey]: readonly EntryOf[(typeof SETS)[Key]["type"]][] };

interface EntryOf {
	"hash:ip": AddressEntry;
	"hash:ip,port": AddressPortEntry;
	"hash:ip,port,ip": AddressPortAddressEntry;
	"hash:ip,port,net": AddressPortNetworkEntry;
	"bitmap:port": PortEntry;
}

/** What goes into each set. Source: IPVS spec, section 5.3. */
export function setEntries(model: Model): Entries {
	const all = model.servicePorts;
	const atLoadBalancer = all.flatMap((port) => port.loadBalancerIPs.map((ip) => ({ port, ip })));
	const guarded = atLoadBalancer.filter(({ port }) => port.sourceRanges.length > 0);
	const nodePorts = all.filter((port) => hasNodePort(port, model));
	const ips = nodePortIPs(model);
	return {
		loopBack: unique(all.flatMap(loopBackEntries)),
		clusterIP: unique(all.map((port) => at(port, port.clusterIP))),
		externalIP: unique(all.filter(isCluster).flatMap(atExternalIPs)),
		externalIPLocal: unique(all.filter(isLocal).flatMap(atExternalIPs)),
		loadBalancer: unique(atLoadBalancer.map(({ port, ip }) => at(port, ip))),
		loadBalancerFirewall: unique(guarded.map(({ port, ip }) => at(port, ip))),
		loadBalancerLocal: unique(atLoadBalancer.filter(({ port }) => isLocal(port)).map(({ port, ip }) => at(port, ip))),
		sourceIP: unique(
			guarded.filter(({ port }) => port.isNodeInSourceRanges).map(({ port, ip }) => ({ ...at(port, ip), ip2: ip })),
		),
		sourceCIDR: unique(guarded.flatMap(({ port, ip }) => sourceEntries(port, ip))),
		...bitmaps(nodePorts),
		nodePortSCTP: unique(nodePorts.filter(isSCTP).flatMap((port) => atNodePort(port, ips))),
		nodePortLocalSCTP: unique(
			nodePorts.filter((port) => isSCTP(port) && isLocal(port)).flatMap((port) => atNodePort(port, ips)),
		),
		healthCheckNodePort: unique(
			all.filter((port) => hasHealthCheck(port, ips)).map(({ healthCheckNodePort }) => ({ port: healthCheckNodePort })),
		),
		ipvsIPs: dummyIPs(model).map((ip) => ({ ip })),
	};
}

function at(port: ServicePort, ip: IP): AddressPortEntry & { readonly ip: IP } {
	return { ip, protocol: port.protocol, port: port.port };
}

/** Every endpoint on this node, ready or not: it might reach itself through a connection that is still open. */
function loopBackEntries({ endpoints, protocol }: ServicePort): readonly AddressPortAddressEntry[] {
	const local = endpoints.filter(({ isLocal, canonicalIP }) => isLocal && isUnicast(canonicalIP));
	return local.map(({ canonicalIP, port }) => ({ ip: canonicalIP, protocol, port, ip2: canonicalIP }));
}

function atExternalIPs(port: ServicePort): readonly AddressPortEntry[] {
	return port.externalIPs.map((ip) => at(port, ip));
}

/** A source range of length 0 cannot be stored: up to 1.33 it lets nobody in. */
function sourceEntries(port: ServicePort, ip: IP): readonly AddressPortNetworkEntry[] {
	const storable = port.sourceRanges.filter(({ prefixLength }) => prefixLength > 0);
	return storable.map(({ network, prefixLength }) => ({ ...at(port, ip), network, prefixLength }));
}

function bitmaps(nodePorts: readonly ServicePort[]) {
	const of = (protocol: string, suits: (port: ServicePort) => boolean): readonly PortEntry[] =>
		unique(
			nodePorts.filter((port) => port.protocol === protocol && suits(port)).map(({ nodePort }) => ({ port: nodePort })),
		);
	return {
		nodePortTCP: of("tcp", () => true),
		nodePortLocalTCP: of("tcp", isLocal),
		nodePortUDP: of("udp", () => true),
		nodePortLocalUDP: of("udp", isLocal),
	};
}

function atNodePort({ nodePort }: ServicePort, ips: readonly IP[]): readonly AddressPortEntry[] {
	return ips.map((ip) => ({ ip, protocol: "sctp", port: nodePort }));
}

function hasNodePort({ nodePort }: ServicePort, model: Model): boolean {
	return nodePort !== 0 && nodePortIPs(model).length > 0;
}

/** Without an address for the node port, its health check is passed over too. */
function hasHealthCheck({ healthCheckNodePort, nodePort }: ServicePort, ips: readonly IP[]): boolean {
	return healthCheckNodePort !== 0 && (nodePort === 0 || ips.length > 0);
}

function isSCTP({ protocol }: ServicePort): boolean {
	return protocol === "sctp";
}

function isLocal({ external }: ServicePort): boolean {
	return external.policy === "Local";
}

function isCluster(port: ServicePort): boolean {
	return !isLocal(port);
}

function unique<T>(entries: readonly T[]): readonly T[] {
	return [...new Map(entries.map((entry) => [JSON.stringify(entry), entry])).values()];
}
