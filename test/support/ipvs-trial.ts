import type { IpvsCase } from "./ipvs-case.ts";

const RESTORE = `*filter
:TRIAL - [0:0]
-A TRIAL -m comment --comment "two words" -m conntrack --ctstate NEW -m set --match-set SET dst,dst -j REJECT
-A TRIAL -m mark --mark 0x4000/0x4000 -m addrtype --dst-type LOCAL -j DROP
COMMIT
*nat
:TRIAL - [0:0]
-A TRIAL -j MARK --or-mark 0x4000
-A TRIAL -p tcp -m set --match-set PORTS dst -j MASQUERADE --random-fully
COMMIT
`;

/**
 * Some of everything that kube-proxy uses. It is always the same, so that a defect of the compiler cannot pass for a
 * defect of the kernel.
 */
export const TRIAL: IpvsCase = {
	name: "trial",
	setup: [
		{ program: "ip", args: ["link", "add", "kube-ipvs0", "type", "dummy"] },
		{ program: "iptables", args: ["-w", "5", "-N", "EMPTY", "-t", "nat"] },
	],
	parts: {
		"sysctls.txt": "net.ipv4.vs.conntrack = 1\nnet.netfilter.nf_conntrack_tcp_be_liberal = 1\n",
		"ipset.txt":
			"create SET hash:ip,port family inet\ncreate PORTS bitmap:port range 0-65535\nadd SET 192.0.2.1,tcp:80\n",
		"kube-ipvs0.txt": "192.0.2.1/32\n2001:db8::1/128\n",
		"ipvsadm.txt":
			"-A -t 192.0.2.1:80 -s rr\n-a -t 192.0.2.1:80 -r 192.0.2.2:8080 -m -w 1\n-A -u [2001:db8::1]:53 -s mh\n",
		"restore.v4.txt": RESTORE,
		"restore.v6.txt": RESTORE.replaceAll(/ -m set --match-set \S+ \S+/g, ""),
	},
};
