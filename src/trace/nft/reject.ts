import type { Flow } from "../flow.ts";

/** Names of errors as iptables has them, where nft has others. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
	"icmp prot-unreachable": "icmp-proto-unreachable",
	"icmpv6 admin-prohibited": "icmp6-adm-prohibited",
	"icmpx admin-prohibited": "icmp-admin-prohibited",
	"icmpx no-route": "icmp-net-unreachable",
};

/** What `icmpx` means for IPv6. */
const FOR_IPV6: Readonly<Record<string, string>> = {
	"icmpx port-unreachable": "icmp6-port-unreachable",
	"icmpx admin-prohibited": "icmp6-adm-prohibited",
	"icmpx no-route": "icmp6-no-route",
	"icmpx host-unreachable": "icmp6-addr-unreachable",
};

/**
 * The error of a rejection, named as iptables does: `icmp-port-unreachable`, `tcp-reset`.
 *
 * @param words as written behind `reject`: `with icmp host-unreachable`; none mean that the port is unreachable
 */
export function rejectionOf(words: readonly string[], { to }: Flow): string {
	const isIPv6 = to.includes(":");
	const [kind = "icmpx", name = "port-unreachable"] = words.filter((word) => word !== "with" && word !== "type");
	if (kind === "tcp") return "tcp-reset";
	const text = `${kind} ${name}`;
	const special = (isIPv6 ? FOR_IPV6[text] : undefined) ?? OTHER_NAMES[text];
	return special ?? `${isIPv6 ? "icmp6" : "icmp"}-${name}`;
}
