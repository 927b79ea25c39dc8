import { chainHash } from "../../hash/chain-hash.ts";
import type { Endpoint } from "../../model/endpoint.ts";
import type { ServicePort } from "../../model/service-port.ts";

/** The chains of one service port. Whether each exists depends on the service port. */
export interface ServiceChains {
	/** `service-…`: spreads over all endpoints. */
	readonly cluster: string;
	/** `local-…`: spreads over local endpoints. */
	readonly local: string;
	/** `external-…`: traffic from outside. */
	readonly external: string;
	/** `firewall-…`: checks source ranges. */
	readonly firewall: string;
}

/** What one endpoint of one service port has. */
export interface EndpointNames {
	/** `endpoint-…` */
	readonly chain: string;
	/** `affinity-…`: clients that were sent there. */
	readonly affinitySet: string;
}

/** What tells a service port from others. */
type PortName = Pick<ServicePort, "namespace" | "service" | "protocol" | "portName">;

/** The chain names of a service port: the same in both families. Source: spec section 3. */
export function serviceChains(port: PortName): ServiceChains {
	const base = hashed(servicePart(port));
	return {
		cluster: `service-${base}`,
		local: `local-${base}`,
		external: `external-${base}`,
		firewall: `firewall-${base}`,
	};
}

/** The names of an endpoint of a service port. Colons of IPv6 become dots. Source: spec section 3. */
export function endpointNames(port: PortName, endpoint: Pick<Endpoint, "ip" | "port">): EndpointNames {
	const base = hashed(`${servicePart(port)}__${endpoint.ip.replaceAll(":", ".")}/${endpoint.port}`);
	return { chain: `endpoint-${base}`, affinitySet: `affinity-${base}` };
}

function servicePart({ namespace, service, protocol, portName }: PortName): string {
	return `${namespace}/${service}/${protocol}/${portName}`;
}

/** Bytes that a name may have before its prefix; what is longer is cut. */
const LONGEST_BASE = 240;

const HASH_LENGTH = 8;

/** The text with its hash in front. Names are ASCII, so characters are bytes. */
function hashed(text: string): string {
	const name = `${chainHash(text).slice(0, HASH_LENGTH)}-${text}`;
	return name.length > LONGEST_BASE ? `${name.slice(0, LONGEST_BASE - 3)}...` : name;
}
