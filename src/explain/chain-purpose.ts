/** What chains are for, by name or by the part of it before the hash. Source: spec of the iptables mode, section 6. */
const PURPOSES: Readonly<Record<string, string>> = {
	"KUBE-SVC": "spreads connections over the endpoints of policy Cluster",
	"KUBE-SVL": "spreads connections over the endpoints on this node (policy Local)",
	"KUBE-EXT": "traffic from outside, and what the node itself and its pods send to the same addresses",
	"KUBE-FW": "lets in what comes from the source ranges, on load-balancer IPs",
	"KUBE-SEP": "sends connections to one endpoint",
	"KUBE-SERVICES": "tells Services apart by address: sends to their chains (nat), rejects without endpoints (filter)",
	"KUBE-NODEPORTS": "tells node ports apart (nat), lets in health checks of balancers (filter)",
	"KUBE-EXTERNAL-SERVICES": "rejects or drops traffic from outside for Services without an endpoint that may serve it",
	"KUBE-FIREWALL": "drops packets that pretend to come from this node's loopback addresses",
	"KUBE-FORWARD": "lets traffic of Services through the node",
	"KUBE-MARK-MASQ": "marks a packet to be masqueraded",
	"KUBE-POSTROUTING": "masquerades the packets that are marked",
	"KUBE-PROXY-CANARY":
		"is empty: when it is gone, somebody has flushed the table, and kube-proxy writes everything again",
	"KUBE-PROXY-FIREWALL": "drops what the source ranges of load-balancer IPs do not let in",
	"KUBE-LOAD-BALANCER": "marks traffic to load-balancer IPs to be masqueraded",
	"KUBE-NODE-PORT": "marks traffic to node ports to be masqueraded (nat), lets in health checks of balancers (filter)",
	"KUBE-SOURCE-RANGES-FIREWALL": "drops what the source ranges of load-balancer IPs do not let in",
	"KUBE-IPVS-FILTER": "rejects packets to addresses of Services on ports that no Service has",
	"KUBE-IPVS-OUT-FILTER": "the same for packets that the node itself sends",
};

/** What a chain is for, in words. */
export function purposeOf(chain: string): string {
	const known = PURPOSES[chain] ?? PURPOSES[chain.replace(/-[A-Z2-7]{16}$/, "")];
	return known ?? "a chain of the kernel's own, from which kube-proxy's are called";
}
