/** Why rules exist, in the modes that are made of rules alone: a stable word, and what it means in words. */
export const RULE_REASONS = {
	"cluster-ip": "traffic to the cluster IP",
	"external-ip": "traffic to an external IP",
	"load-balancer-ip": "traffic to a load-balancer IP",
	"node-port": "traffic to the node port",
	"no-endpoints": "no endpoint is usable anywhere: reject",
	"no-local-endpoints": "the traffic policy is Local and no usable endpoint is on this node: drop",
	"masquerade-cluster-ip": "traffic to the cluster IP that does not come from pods is masqueraded",
	"masquerade-all": "all traffic to cluster IPs is masqueraded, as configured",
	"masquerade-external": "traffic from outside is masqueraded, so that the answer comes back through this node",
	"masquerade-local": "traffic of the node itself is masqueraded, although the external policy is Local",
	"short-circuit": "pods and the node itself use all endpoints, although the external policy is Local",
	"external-policy": "traffic from outside goes where the external policy says",
	affinity: "a client that was here before goes to the same endpoint",
	balance: "new connections are spread evenly",
	hairpin: "an endpoint that reaches itself through the Service is masqueraded",
	endpoint: "the destination becomes this endpoint",
} as const;
