import { isFields } from "../fields/fields.ts";
import { address, type Form, list, name, network, number, oneOf, port, record, truth } from "./forms.ts";
import { MARKS, namespaced } from "./metadata-forms.ts";
import type { Words } from "./words.ts";

const POLICY = oneOf("Cluster", "Local", "");
const FAMILY = oneOf("IPv4", "IPv6");

/** What an anonymized snapshot keeps of a Service. */
export const SERVICE: Form = record({
	metadata: namespaced("service", { labels: record(MARKS), annotations }),
	spec: record({
		type: oneOf("ClusterIP", "NodePort", "LoadBalancer", "ExternalName", ""),
		externalName: name("host"),
		clusterIP,
		clusterIPs: list(clusterIP),
		ipFamilies: list(FAMILY),
		ipFamilyPolicy: oneOf("SingleStack", "PreferDualStack", "RequireDualStack"),
		ports: list(record({ name: name("port"), protocol: oneOf("TCP", "UDP", "SCTP", ""), port, nodePort: port })),
		sessionAffinity: oneOf("None", "ClientIP", ""),
		sessionAffinityConfig: record({ clientIP: record({ timeoutSeconds: number }) }),
		externalIPs: list(address),
		loadBalancerSourceRanges: list(network),
		externalTrafficPolicy: POLICY,
		internalTrafficPolicy: POLICY,
		healthCheckNodePort: port,
		allocateLoadBalancerNodePorts: truth,
		publishNotReadyAddresses: truth,
		trafficDistribution: oneOf("PreferClose", "PreferSameZone", "PreferSameNode"),
	}),
	status: record({
		loadBalancer: record({
			ingress: list(record({ ip: address, hostname: name("host"), ipMode: oneOf("VIP", "Proxy", "") })),
		}),
	}),
});

/** `None` and the empty text are answers, too, and keep their places. */
function clusterIP(value: unknown, words: Words): unknown {
	return value === "None" || value === "" ? value : address(value, words);
}

const OLDER = "service.kubernetes.io/topology-aware-hints";
const NEWER = "service.kubernetes.io/topology-mode";

/** The wish that counts of the two. Only that it is none of the others matters of a wish that nobody knows. */
function annotations(value: unknown): unknown {
	if (!isFields(value)) return undefined;
	const wish = value[OLDER] ?? value[NEWER];
	if (typeof wish !== "string") return undefined;
	return { [NEWER]: ["", "Auto", "auto", "Disabled", "disabled", "PreferZone"].includes(wish) ? wish : "other" };
}
