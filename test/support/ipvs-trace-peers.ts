/** Whom nobody knows. Some lie within what source ranges of generated clusters allow. */
export const PEERS = {
	ipv4: {
		outside: ["198.18.0.77", "192.0.2.77", "203.0.113.77"],
		remotePod: "10.244.2.201",
		pod: "10.244.0.200",
		loopback: "127.0.0.1",
		unknown: ["10.96.255.1", "203.0.113.200"],
	},
	ipv6: {
		outside: ["2001:db8:ffff::77", "2001:db8::77", "fd00:ffff::77"],
		remotePod: "fd00:10:244:2::c9",
		pod: "fd00:10:244::c8",
		loopback: "::1",
		unknown: ["fd00:96::ffff", "2001:db8:f::c8"],
	},
} as const;
