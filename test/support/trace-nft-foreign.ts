/** Tables that others have on a node, each as firewalls write them; `nft -f -` takes them. */
export const FOREIGN_TABLES: readonly string[] = [
	"",
	// As firewalld: behind kube-proxy's chains of the same hooks.
	`table inet firewalld {
	chain mangle_PREROUTING {
		type filter hook prerouting priority -140; policy accept;
		jump mangle_zones
	}
	chain mangle_zones {
		iifname "eth1" counter return
		meta mark set meta mark or 0x00000100
	}
	chain nat_POSTROUTING {
		type nat hook postrouting priority 110; policy accept;
		meta nfproto ipv4 ip daddr 10.7.7.0/24 masquerade
		oifname "lo" return
	}
	chain filter_INPUT {
		type filter hook input priority 10; policy accept;
		meta l4proto { icmp, ipv6-icmp } accept
		ct state { established, related } accept
		ct status dnat accept
		iifname "lo" accept
		ct state invalid drop
		jump filter_INPUT_ZONES
		reject with icmpx admin-prohibited
	}
	chain filter_INPUT_ZONES {
		iifname "eth0" goto filter_IN_public
		iifname "eth1" goto filter_IN_trusted
		iifname { "cbr0", "veth0", "pod0" } goto filter_IN_trusted
	}
	chain filter_IN_public {
		tcp dport { 22, 30000-32767 } ct state { new, untracked } accept
		ip6 daddr fe80::/64 udp dport 546 accept
		log prefix "rejected: " level debug
	}
	chain filter_IN_trusted {
		accept
	}
	chain filter_FORWARD {
		type filter hook forward priority 10; policy accept;
		meta l4proto { icmp, ipv6-icmp } accept
		ct state vmap { established : accept, related : accept, invalid : drop }
		ct status dnat accept
		ip6 daddr { ::/96, ::ffff:0.0.0.0/96, 2002::/24 } reject with icmpv6 addr-unreachable
		iifname "eth1" goto filter_IN_trusted
		reject with icmpx admin-prohibited
	}
}`,
	// As a firewall with sets: before kube-proxy's chains.
	`table inet shield {
	set banned4 { type ipv4_addr; flags interval; elements = { 10.7.7.0/24, 198.51.100.1-198.51.100.9 }; }
	set banned6 { type ipv6_addr; flags interval; elements = { 2001:db8:7::/64 }; }
	map ports { type inet_proto . inet_service : verdict; elements = { tcp . 4444 : jump closed, udp . 4444 : drop }; }
	chain first {
		type filter hook prerouting priority -290; policy accept;
		ct state new drop
		ip saddr @banned4 th dport != { 80, 443 } drop
		ip6 saddr @banned6 th dport != { 80, 443 } drop
	}
	chain forward {
		type filter hook forward priority -5; policy drop;
		meta l4proto { icmp, ipv6-icmp } accept
		meta l4proto . th dport vmap @ports
		meta mark and 0x00004000 == 0x00004000 counter accept
		fib saddr type local drop
		tcp flags syn / fin,syn,rst,ack accept
		meta l4proto { udp, sctp } accept
	}
	chain closed {
		reject with tcp reset
	}
	chain out {
		type filter hook output priority 5; policy accept;
		ct status dnat th dport 30000-31000 drop
	}
}`,
];
