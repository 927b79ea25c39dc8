import type { Step } from "./apply-session.ts";

/**
 * What others have on a node in IPVS mode: sets, virtual servers at addresses of their own and at the node's, one of a
 * firewall mark, rules that refer to sets, an interface.
 */
export const OTHERS: Step = {
	shell: `set -e
ip link add other0 type dummy
ip address add 198.51.100.77/32 dev other0
ipset restore <<'END'
create OTHERS hash:net family inet
add OTHERS 198.51.100.0/24
create KUBERNETES-PEERS hash:ip,port family inet
add KUBERNETES-PEERS 198.51.100.9,tcp:6443
create ports bitmap:port range 1000-2000
add ports 1234
create others6 hash:ip family inet6 timeout 0
add others6 2001:db8:77::1 timeout 0
END
ipvsadm -R <<'END'
-A -t 198.51.100.77:80 -s wlc -p 60
-a -t 198.51.100.77:80 -r 198.51.100.78:8080 -g -w 5
-a -t 198.51.100.77:80 -r 198.51.100.79:8080 -g -w 0
-A -u 192.0.2.11:5353 -s sh
-a -u 192.0.2.11:5353 -r 198.51.100.80:53 -m -w 1
-A -t [2001:db8:77::2]:443 -s rr
-A -f 7 -s rr
-A -t 127.0.0.1:30080 -s rr
-a -t 127.0.0.1:30080 -r 198.51.100.80:80 -m -w 2
END
iptables-legacy-restore <<'END'
*filter
:INPUT ACCEPT [0:0]
:OTHERS - [0:0]
-A INPUT -m set --match-set OTHERS src -j OTHERS
-A OTHERS -p tcp -m set --match-set KUBERNETES-PEERS src,src -j RETURN
-A OTHERS -j DROP
COMMIT
*nat
:POSTROUTING ACCEPT [0:0]
-A POSTROUTING -s 10.250.0.0/16 -m comment --comment "others: masquerade" -j MASQUERADE
COMMIT
END
ip6tables-legacy-restore <<'END'
*filter
:FORWARD ACCEPT [0:0]
-A FORWARD -m set --match-set others6 src -j DROP
COMMIT
END`,
};
