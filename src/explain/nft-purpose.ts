/** What chains, sets and maps of kube-proxy's table are for, by name or by what stands before the hash. Source: nftables spec, sections 6 and 7. */
const PURPOSES: Readonly<Record<string, string>> = {
	"filter-prerouting-pre-dnat": "asks the source ranges of load-balancer IPs, before anything is translated",
	"filter-output-pre-dnat": "the same for packets that the node itself sends",
	"filter-prerouting": "asks the source ranges of load-balancer IPs, before anything is translated",
	"filter-input": "refuses what is for this node and nobody serves: node ports and addresses without endpoints",
	"filter-forward":
		"refuses what passes through and nobody serves: addresses without endpoints, other ports of cluster IPs",
	"filter-output": "the same for packets that the node itself sends",
	"filter-output-post-dnat": "refuses what the node itself sends to ports of cluster IPs that no Service has",
	"nat-prerouting": "sends packets that arrive to the Services",
	"nat-output": "sends packets of the node itself to the Services",
	"nat-postrouting": "masquerades what has to be, on its way out",
	services: "tells Services apart by address, then by node port: one look into a map each",
	masquerading: "masquerades the packets that are marked, and endpoints that reach themselves",
	"mark-for-masquerade": "marks a packet to be masqueraded",
	"cluster-ips-check":
		"rejects packets to ports of cluster IPs that no Service has, and drops those to addresses that no Service has",
	"service-endpoints-check": "rejects or drops what is for addresses without an endpoint that may serve it",
	"nodeport-endpoints-check": "rejects or drops what is for node ports without an endpoint that may serve it",
	"reject-chain": "rejects what gets here: Services without endpoints",
	"firewall-check": "asks the source ranges of load-balancer IPs, where there are any",
	service: "spreads connections over the endpoints of policy Cluster",
	local: "spreads connections over the endpoints on this node (policy Local)",
	external: "traffic from outside, and what the node itself and its pods send to the same addresses",
	firewall: "drops what does not come from the source ranges, on load-balancer IPs",
	endpoint: "sends connections to one endpoint",
	affinity: "remembers the clients that were sent to one endpoint, until they stay away for the time of the affinity",
	"cluster-ips": "has every cluster IP",
	"nodeport-ips": "has the addresses of this node on which node ports answer",
	"hairpin-connections":
		"has every endpoint on this node: when one reaches itself through a Service, it is masqueraded",
	"no-endpoint-services": "says of addresses without an endpoint that may serve them whether to reject or to drop",
	"no-endpoint-nodeports": "says the same of node ports",
	"firewall-ips": "says which load-balancer IPs have source ranges, and where these are checked",
	"service-ips": "says which chain serves a cluster IP, external IP or load-balancer IP",
	"service-nodeports": "says which chain serves a node port",
};

/** What a chain, a set or a map of kube-proxy's table is for, in words. */
export function nftPurposeOf(name: string): string {
	const [prefix = ""] = name.split("-", 1);
	return PURPOSES[name] ?? PURPOSES[prefix] ?? "is none of kube-proxy's";
}
