import type { Model } from "../../model/model.ts";
import type { ServicePort } from "../../model/service-port.ts";

/**
 * The model without addresses that the kernel takes neither into sets nor as virtual servers: 0.0.0.0 and ::. kube-proxy
 * adds entries one by one and only logs those that are refused; in a text one of them costs all others.
 */
export function withStorableAddresses(model: Model): Model {
	const storable = model.servicePorts.filter(({ clusterIP }) => isSpecified(clusterIP));
	return { ...model, servicePorts: storable.map(withStorableFrontends) };
}

/** Whether the kernel takes an address as a real server: it must be unicast. */
export function isUnicast(ip: string): boolean {
	return isSpecified(ip) && !/^(?:22[4-9]|23\d|255\.255\.255\.255|ff[0-9a-f]{2}:)/.test(ip);
}

function withStorableFrontends(port: ServicePort): ServicePort {
	const { externalIPs, loadBalancerIPs } = port;
	if (externalIPs.every(isSpecified) && loadBalancerIPs.every(isSpecified)) return port;
	return {
		...port,
		externalIPs: externalIPs.filter(isSpecified),
		loadBalancerIPs: loadBalancerIPs.filter(isSpecified),
	};
}

function isSpecified(ip: string): boolean {
	return ip !== "0.0.0.0" && ip !== "::";
}
