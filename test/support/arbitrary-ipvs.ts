import fc from "fast-check";
import type { IpSet } from "../../src/lang/ipset/set.ts";
import type { VirtualServer } from "../../src/lang/ipvs/table.ts";
import { parseCIDR } from "../../src/net/cidr.ts";
import { type Family, familyOf, parseIP } from "../../src/net/ip.ts";

const family = fc.constantFrom<Family>("ipv4", "ipv6");
const port = fc.integer({ min: 1, max: 65535 });
const protocol = fc.constantFrom("tcp" as const, "udp" as const, "sctp" as const);
const name = fc.stringMatching(/^KUBE-[A-Z0-9-]{1,26}$/);

/** Canonical addresses of a family. */
function address(of: Family): fc.Arbitrary<string> {
	const text = of === "ipv4" ? fc.ipV4() : fc.ipV6();
	return text
		.map((one) => parseIP(one) ?? "")
		.filter((ip) => ip !== "" && familyOf(parseIP(ip) ?? ("" as never)) === of);
}

function network(of: Family) {
	const bits = of === "ipv4" ? 32 : 128;
	return fc.tuple(address(of), fc.integer({ min: 1, max: bits })).map(([ip, prefixLength]) => ({
		network: parseCIDR(`${ip}/${prefixLength}`)?.network ?? "",
		prefixLength,
	}));
}

/** Sets of every type, with entries in any order. */
export const arbitrarySet: fc.Arbitrary<IpSet> = fc.oneof(
	fc.record({
		name,
		type: fc.constant("bitmap:port" as const),
		entries: fc.array(fc.record({ port }), { maxLength: 4 }),
	}),
	family.chain((of) => {
		const base = { ip: address(of), protocol, port };
		const set = <T extends string, E>(type: T, entry: fc.Arbitrary<E>) =>
			fc.record({ name, type: fc.constant(type), family: fc.constant(of), entries: fc.array(entry, { maxLength: 4 }) });
		return fc.oneof(
			set("hash:ip", fc.record({ ip: address(of) })),
			set("hash:ip,port", fc.record(base)),
			set("hash:ip,port,ip", fc.record({ ...base, ip2: address(of) })),
			set(
				"hash:ip,port,net",
				fc.tuple(fc.record(base), network(of)).map(([one, net]) => ({ ...one, ...net })),
			),
		);
	}),
);

const endpoint = family.chain((of) => fc.record({ ip: address(of), port }));

/** Virtual servers with everything the text can say. */
export const arbitraryServer: fc.Arbitrary<VirtualServer> = fc
	.tuple(
		endpoint,
		fc.record({
			protocol,
			scheduler: fc.constantFrom("rr", "wrr", "lc", "mh", "sh"),
			persistenceSeconds: fc.option(fc.integer({ min: 1, max: 86400 }), { nil: undefined }),
			schedulerFlags: fc.constantFrom(undefined, "mh-port"),
			origin: fc.constant(undefined),
		}),
		fc.array(
			fc.tuple(
				endpoint,
				fc.record({
					forwarding: fc.constantFrom("masquerade" as const, "tunnel" as const, "route" as const),
					weight: fc.nat({ max: 65535 }),
					origin: fc.constant(undefined),
				}),
			),
			{ maxLength: 4 },
		),
	)
	.map(([where, rest, reals]) => ({
		...where,
		...rest,
		realServers: reals.map(([at, real]) => ({ ...at, ...real })),
	}));
