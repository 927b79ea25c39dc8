import type { Step } from "./apply-session.ts";

/** Tables of nftables as others have them: a firewall, a router's NAT, something with a name like kube-proxy's. */
const TEXT = `
table inet fw {
	set admins {
		type ipv4_addr
		flags interval
		elements = { 192.0.2.0/28, 198.51.100.7 }
	}
	chain input {
		type filter hook input priority 0; policy accept;
		ct state established,related counter packets 5 bytes 300 accept
		ip saddr @admins tcp dport 22 accept comment "who may"
	}
}
table ip router {
	chain out {
		type nat hook postrouting priority 100; policy accept;
		oifname "eth9" masquerade
	}
}
table ip kube-proxy-helper {
	map service-ips {
		type ipv4_addr . inet_proto . inet_service : verdict
	}
	chain services {
		ip daddr . meta l4proto . th dport vmap @service-ips
	}
}
table ip6 mine {
	chain services {
		counter packets 0 bytes 0 return
	}
}
table inet kube-proxy {
	chain services {
		return
	}
}
table bridge kube-proxy {
	chain services {
		accept
	}
}
`;

/** Loads them. */
export const TABLES_OF_OTHERS: Step = { shell: "nft -f -", input: TEXT };

const NAMES = [...TEXT.matchAll(/^table (\S+ \S+) /gm)].map(([, name = ""]) => name);

/** Prints them with their handles: whoever writes one anew changes these. */
export const LIST_OTHERS: Step = { shell: NAMES.map((name) => `nft -s -a list table ${name} || exit 1`).join("\n") };
