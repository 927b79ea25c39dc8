import type { IpvsTable, RealServer, VirtualServer } from "../../lang/ipvs/table.ts";
import type { Endpoint } from "../../model/endpoint.ts";
import type { Model } from "../../model/model.ts";
import type { ServicePort, Traffic } from "../../model/service-port.ts";
import { nodePortIPs } from "./node-addresses.ts";
import { because, type Reason } from "./reason.ts";
import { isUnicast } from "./storable.ts";

/**
 * The virtual servers: one for every address a Service can be reached at, also without endpoints. Of two with the same
 * address, port and protocol the later service port counts; in kube-proxy that is random.
 *
 * Source: IPVS spec, section 8.
 */
export function virtualServers(model: Model): IpvsTable {
	const servers = model.servicePorts.flatMap((port) => serversOf(port, model));
	const byIdentity = new Map(servers.map((server) => [`${server.protocol} ${server.ip} ${server.port}`, server]));
	return { virtualServers: [...byIdentity.values()] };
}

function serversOf(port: ServicePort, model: Model): readonly VirtualServer[] {
	const { scheduler } = model.config.ipvs;
	const server = (ip: string, number: number, traffic: Traffic, reason: Reason): VirtualServer => ({
		protocol: port.protocol,
		ip,
		port: number,
		scheduler,
		persistenceSeconds: port.affinitySeconds,
		schedulerFlags: scheduler === "mh" ? "mh-port" : undefined,
		realServers: servingEndpoints(port, traffic).map((endpoint) => realServer(port, endpoint)),
		origin: because(port, reason),
	});
	const nodeIPs = port.nodePort === 0 ? [] : nodePortIPs(model);
	return [
		server(port.clusterIP, port.port, port.internal, "cluster-ip"),
		...port.externalIPs.map((ip) => server(ip, port.port, port.external, "external-ip")),
		...port.loadBalancerIPs.map((ip) => server(ip, port.port, port.external, "load-balancer-ip")),
		...nodeIPs.map((ip) => server(ip, port.nodePort, port.external, "node-port")),
	];
}

/**
 * Unlike the other modes, IPVS falls back: policy Local without a local endpoint uses those that policy Cluster would
 * use, as far as anything asked for them.
 *
 * Source: IPVS spec, section 8.4; cases 32 and 34.
 */
function servingEndpoints({ selection }: ServicePort, traffic: Traffic): readonly Endpoint[] {
	const endpoints = traffic.endpoints.length > 0 ? traffic.endpoints : selection.cluster;
	return endpoints.filter(({ canonicalIP }) => isUnicast(canonicalIP));
}

function realServer(servicePort: ServicePort, { canonicalIP, port, address }: Endpoint): RealServer {
	return {
		ip: canonicalIP,
		port,
		forwarding: "masquerade",
		weight: 1,
		origin: because(servicePort, "endpoint", address),
	};
}
