import type { Model } from "../../model/model.ts";
import type { ServicePort } from "../../model/service-port.ts";
import { parseIP } from "../../net/ip.ts";
import type { Snapshot } from "../../snapshot/snapshot.ts";
import type { Names } from "../../trace/print/names.ts";

/** What a snapshot knows of addresses. */
export function namesFrom({ nodes }: Snapshot, models: readonly Model[]): Names {
	const addresses = new Map<string, string>();
	/** What is told of an address where no frontend has the port. */
	const services = new Map<string, string>();
	const frontends = new Map<string, { readonly kind: string; readonly name: string }>();
	for (const { name, addresses: own } of nodes) {
		for (const ip of own) addresses.set(ip, `node ${name}`);
	}
	for (const model of models) {
		const nodeIPs = [...model.node.interfaceIPs, ...model.node.ips];
		for (const port of model.servicePorts) {
			for (const { canonicalIP, pod, nodeName } of port.endpoints) {
				if (pod !== undefined)
					addresses.set(canonicalIP, `pod ${pod}${nodeName === undefined ? "" : ` on ${nodeName}`}`);
			}
			for (const ip of [port.clusterIP, ...port.externalIPs, ...port.loadBalancerIPs]) {
				services.set(ip, `an address of ${port.namespace}/${port.service}, which has no such port`);
			}
			for (const { ip, number, kind } of frontendsOf(port, nodeIPs)) {
				const key = keyOf(ip, number, port.protocol);
				if (!frontends.has(key)) frontends.set(key, { kind, name: port.name });
			}
		}
	}
	const at = (ip: string, port: number, protocol: string) => frontends.get(keyOf(ip, port, protocol));
	return {
		ofAddress: (ip) => addresses.get(parseIP(ip) ?? ip),
		ofFrontend: (ip, port, protocol) => {
			const found = at(ip, port, protocol);
			return found === undefined ? services.get(ip) : `${found.kind} of ${found.name}`;
		},
		servicePortAt: (ip, port, protocol) => at(ip, port, protocol)?.name,
	};
}

function keyOf(ip: string, port: number, protocol: string): string {
	return `${protocol} ${ip} ${port}`;
}

interface Frontend {
	readonly ip: string;
	readonly number: number;
	readonly kind: string;
}

function frontendsOf(port: ServicePort, nodeIPs: readonly string[]): readonly Frontend[] {
	const at = (ips: readonly string[], number: number, kind: string): readonly Frontend[] =>
		ips.map((ip) => ({ ip, number, kind }));
	return [
		...at([port.clusterIP], port.port, "the cluster IP"),
		...at(port.externalIPs, port.port, "an external IP"),
		...at(port.loadBalancerIPs, port.port, "the load-balancer IP"),
		...(port.nodePort === 0 ? [] : at(nodeIPs, port.nodePort, "the node port")),
	];
}
