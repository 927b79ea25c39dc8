/** One line of a text that a tool prints or reads, and whose it is. */
export interface RuleLine {
	readonly tool: "iptables" | "ipset" | "ipvsadm" | "ip" | "nft";
	/** Of iptables. */
	readonly table: string | undefined;
	/** As the tool prints it, in canonical form. */
	readonly text: string;
	/** A service port (`shop/web:http`), `shared` or `other`. */
	readonly owner: string;
}

/** Where a line of nft belongs. */
export interface NftPlace {
	/** `ip kube-proxy` */
	readonly table: string;
	/** The chain, set or map; for the table itself its name. */
	readonly name: string;
}

/** The table and the part of it that a line of nft is about: `add rule ip kube-proxy services …`. */
export function nftPlace(text: string): NftPlace {
	const [, kind, family = "", table = "", name = table] = text.split(" ");
	return { table: `${family} ${table}`, name: kind === "table" ? table : name };
}
