/** Something about a Service that is wrong, or that surprises people. */
export interface Finding {
	/** Stable. */
	readonly code: FindingCode;
	/**
	 * `error`: clients are not served, whichever node they use. `warning`: some are not, such as those of this node, or
	 * otherwise than the author expects. `info`: good to know.
	 */
	readonly severity: Severity;
	/** Which service port (`shop/web:http`); undefined: the Service, or the node, as a whole. */
	readonly servicePort: string | undefined;
	/** One to three short sentences: what was expected, what was found, what to do. Names the objects. */
	readonly message: string;
}

/** How bad a finding is. */
export type Severity = (typeof SEVERITIES)[number];

/** Every severity, worst first. */
export const SEVERITIES = ["error", "warning", "info"] as const;

/** Every code a finding can have. `docs/findings.md` explains each. */
export type FindingCode = keyof typeof FINDINGS;

/** Every code of a finding, and what it means; sorted by code. */
export const FINDINGS = {
	ADDRESS_CONFLICT: "two service ports have the same address, port and protocol",
	AFFINITY: "how long a client stays with its endpoint",
	DUPLICATE_ENDPOINT: "two slices have the same endpoint, and do not agree on its condition",
	ENDPOINT_IS_CLUSTER_IP: "an endpoint's address is the cluster IP of a Service, which is not translated again",
	ENDPOINT_IS_EXTERNAL_IP:
		"an endpoint's address is an external or load-balancer IP of another Service, which is not translated again",
	ENDPOINT_NODE_UNKNOWN: "an endpoint's nodeName is that of no Node",
	ENDPOINT_NOT_ROUTABLE: "an endpoint has a loopback, link-local, multicast or unspecified address",
	ENDPOINT_WITHOUT_NODE: "policy Local, and an endpoint that is on no node, so that it is local nowhere",
	EXTERNAL_IPS_OFF: "external IPs, and a feature gate that forbids them",
	EXTERNAL_IP_FAMILY: "an external or load-balancer IP of a family in which the Service has no cluster IP",
	EXTERNAL_IP_IS_CLUSTER_IP: "an external or load-balancer IP is the cluster IP of another Service",
	EXTERNAL_IP_IS_NODE: "an external or load-balancer IP is an address of a node",
	EXTERNAL_NAME: "type ExternalName: a matter of DNS, without rules",
	EXTERNAL_POLICY_NO_EFFECT: "externalTrafficPolicy Local on a Service that cannot be reached from outside",
	FAMILY_WITHOUT_ENDPOINTS: "a service port of one IP family, and slices of another only",
	FIELD_NO_EFFECT: "fields of a Service without rules that have no effect",
	HEADLESS: "a headless Service: DNS gives its endpoints, without rules",
	HEALTH_CHECK_NODE_PORT: "the health check for outside balancers, and what it says on this node",
	HEALTH_CHECK_PORT_CONFLICT: "a health-check node port that another Service has too",
	HIDDEN_SERVICE: "a label keeps a Service from kube-proxy",
	HIDDEN_SLICE: "a label keeps a slice of a Service from kube-proxy",
	HINTS_FOR_OTHERS: "all hints are for other zones, so that they are ignored here",
	HINTS_INCOMPLETE: "some ready endpoints have no hint, so that hints are ignored",
	HINTS_WITHOUT_ZONE: "endpoints have zone hints, but the node has no zone",
	HINT_TARGET_MISSING: "a hint names a zone or a node that is not there",
	LOAD_BALANCER_WITHOUT_IP: "type LoadBalancer, and no address that nodes serve",
	LOCAL_POLICY_NO_ENDPOINT: "policy Local, and no endpoint on this node",
	MASQUERADE_OFF: "traffic of pods cannot be told apart, so that connections to cluster IPs are not masqueraded",
	NODE_PORT_ADDRESSES: "on which addresses of the node node ports answer in the nftables mode, and on which not",
	NODE_PORT_NOWHERE: "a node port that answers on none of the node's addresses, or on loopback only",
	NODE_WITHOUT_FAMILY: "Services of an IP family in which the node has no address",
	NO_CLUSTER_IP: "a Service without a cluster IP",
	NO_ENDPOINTS: "a service port has no endpoint that can serve",
	ONLY_TERMINATING: "only endpoints that are being stopped serve",
	PORT_NAME_MISMATCH: "no port of the slice has the name of the service port",
	PORT_PROTOCOL_MISMATCH: "the slice has the port's name with another protocol",
	PORT_WITHOUT_NUMBER: "the slice's port has no number",
	SHORT_CIRCUIT_OFF: "traffic of pods cannot be told apart, so that policy Local holds for pods too",
	SLICE_TOO_LARGE: "more endpoints in a slice than an API server takes",
	SLICE_WITHOUT_LABEL: "a slice that by its name is the Service's has no label that says so",
	SOURCE_RANGES_BYPASSED: "source ranges, and the same address as an external IP, where they do not hold",
	SOURCE_RANGES_EXCLUDE_NODE: "source ranges that keep this node, or its pods, from the load-balancer IPs",
	SOURCE_RANGES_NODE_PORT: "source ranges that do not hold for the node port",
	SOURCE_RANGES_NO_EFFECT: "source ranges that this node does not apply",
} as const;
