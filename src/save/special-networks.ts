/**
 * Networks and addresses that mean something by themselves, to kube-proxy, to the kernel or to people. A mapping of
 * addresses takes each of them to itself as a whole; an address that is listed stays what it is.
 */
export const SPECIAL_NETWORKS = [
	// "This" network, the address that stands for all, and the whole of IPv4.
	"0.0.0.0/8",
	"0.0.0.0/32",
	// Private networks, and those of carriers.
	"10.0.0.0/8",
	"100.64.0.0/10",
	"172.16.0.0/12",
	"192.168.0.0/16",
	// Loopback, link-local, multicast, reserved, broadcast.
	"127.0.0.0/8",
	"127.0.0.1/32",
	"169.254.0.0/16",
	"224.0.0.0/4",
	"240.0.0.0/4",
	"255.255.255.255/32",
	// The same for IPv6. What is written as ::ffff:… is read as IPv4, so nothing may come to lie there.
	"::/96",
	"::/128",
	"::1/128",
	"::ffff:0:0/96",
	"2000::/3",
	"fc00::/8",
	"fd00::/8",
	"fe80::/10",
	"fe80::/64",
	"ff00::/8",
] as const;
