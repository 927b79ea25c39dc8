import { contains, parseCIDR, printCIDR } from "../net/cidr.ts";
import { type IP, isLoopback } from "../net/ip.ts";
import type { ExplainContext } from "./context.ts";
import type { Owner } from "./lookup-explanation.ts";

/** One answer to whose an address is. */
export function owner(kind: Owner["kind"], message: string, more: Partial<Owner> = {}): Owner {
	return { kind, service: undefined, node: undefined, pod: undefined, message, ...more };
}

/** The networks in which an address lies: those of pods, those of cluster IPs, loopback. */
export function networkOwners({ snapshot, nodes }: ExplainContext, ip: IP, isEndpoint: boolean): readonly Owner[] {
	const unknown = isEndpoint ? "" : "; no endpoint in the input has it";
	const pods = snapshot.nodes.flatMap(({ name, podCIDRs }) =>
		podCIDRs
			.filter((cidr) => contains(cidr, ip))
			.map((cidr) => owner("pod-cidr", `in ${printCIDR(cidr)}, the pods of node ${name}${unknown}`, { node: name })),
	);
	const detect = nodes[0]?.model.config.detectLocal;
	const cluster = detect?.mode === "ClusterCIDR" ? detect.cidrs.filter((cidr) => contains(cidr, ip)) : [];
	const services = snapshot.serviceCIDRs.flatMap(({ name, cidrs }) =>
		cidrs
			.flatMap((text) => parseCIDR(text) ?? [])
			.filter((cidr) => contains(cidr, ip))
			.map((cidr) =>
				owner("service-cidr", `in ${printCIDR(cidr)}, from which Services get cluster IPs (ServiceCIDR ${name})`),
			),
	);
	return [
		...pods,
		...cluster.map((cidr) =>
			owner(
				"cluster-cidr",
				`in ${printCIDR(cidr)}, the cluster CIDR: kube-proxy takes it for a pod${pods.length > 0 ? "" : unknown}`,
			),
		),
		...services,
		...(isLoopback(ip) ? [owner("loopback", "a loopback address: every node's own")] : []),
	];
}
