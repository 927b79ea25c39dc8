import { chainHash } from "../../hash/chain-hash.ts";
import type { ServicePort } from "../../model/service-port.ts";

/** The chains of one service port. Whether each exists depends on the service port. */
export interface ServiceChains {
	/** `KUBE-SVC-…`: spreads over all endpoints. */
	readonly cluster: string;
	/** `KUBE-SVL-…`: spreads over local endpoints. */
	readonly local: string;
	/** `KUBE-EXT-…`: traffic from outside. */
	readonly external: string;
	/** `KUBE-FW-…`: checks source ranges. */
	readonly firewall: string;
}

/** The chain names of a service port: the same in both families. Source: spec section 4. */
export function serviceChains({ name, protocol }: ServicePort): ServiceChains {
	const hash = chainHash(name + protocol);
	return {
		cluster: `KUBE-SVC-${hash}`,
		local: `KUBE-SVL-${hash}`,
		external: `KUBE-EXT-${hash}`,
		firewall: `KUBE-FW-${hash}`,
	};
}

/** `KUBE-SEP-…`: the chain of one endpoint (`ip:port`) of a service port. Source: spec section 4. */
export function endpointChainName({ name, protocol }: ServicePort, address: string): string {
	return `KUBE-SEP-${chainHash(name + protocol + address)}`;
}
