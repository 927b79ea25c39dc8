import type { Loader } from "./apply-cases.ts";
import { othersOf } from "./apply-chain.ts";
import { TABLES_OF_OTHERS } from "./apply-nft-others.ts";
import type { Step } from "./apply-session.ts";

/** What a node has beside the rules of a loader, and how all of it is kept and put back. */
export interface Ground {
	readonly others: readonly Step[];
	readonly keep: string;
	readonly restore: string;
	/** A setting that NEW needs with these options of `apply`. */
	readonly setting: string;
	readonly options: readonly string[];
}

/** The ground of a loader: rules of Docker, or tables of others. */
export function groundOf(loader: Loader): Ground {
	if (loader === "nftables") {
		const text = '"$SESSION/ruleset"';
		return {
			others: [TABLES_OF_OTHERS],
			keep: `nft list ruleset >${text}`,
			restore: `nft flush ruleset; nft -f ${text}`,
			setting: "net.netfilter.nf_conntrack_tcp_be_liberal",
			options: ["--conntrack-tcp-be-liberal"],
		};
	}
	const each = (line: (name: string) => string): string => ["iptables", "ip6tables"].map(line).join("; ");
	return {
		others: othersOf("docker", loader),
		keep: each((name) => `${name}-${loader}-save >"$SESSION/${name}"`),
		restore: each((name) => `${name}-${loader}-restore <"$SESSION/${name}"`),
		setting: "net.ipv4.conf.all.route_localnet",
		options: [],
	};
}
