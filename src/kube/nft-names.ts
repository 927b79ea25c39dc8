import type { TableName } from "../lang/nft/table.ts";
import type { Family } from "../net/ip.ts";

/** Chains of a service port, chains of its endpoints, and sets of clients. Source: nftables spec, section 3. */
const NAME =
	/^(service|local|external|firewall|endpoint|affinity)-[A-Z2-7]{8}-([^/]+\/[^/]+)\/(?:tcp|udp|sctp)\/([a-z0-9-]*)(?:__[0-9a-f.]+\/\d+)?$/;

/** What the name of a chain or set says. */
export interface NftName {
	/** `shop/web:http` */
	readonly servicePort: string;
	readonly kind: "service" | "local" | "external" | "firewall" | "endpoint" | "affinity";
}

/** Reads the name of a chain or set of one service port; undefined for what all share, and for those of others. */
export function readNftName(name: string): NftName | undefined {
	const [, kind, service = "", port = ""] = NAME.exec(name) ?? [];
	if (kind === undefined) return undefined;
	return { servicePort: port === "" ? service : `${service}:${port}`, kind: kind as NftName["kind"] };
}

/** Whether a chain or a set is of one service port, by its name; long names are cut, so that not all of them can be read. */
export function isOfServicePort(name: string): boolean {
	return name.includes("/");
}

/** Whether a table is the one that kube-proxy has for a family. */
export function isKubeProxyTable(table: TableName, family: Family): boolean {
	return table.name === "kube-proxy" && table.family === (family === "ipv4" ? "ip" : "ip6");
}
