/** One line of a text that a tool prints or reads, and whose it is. */
export interface RuleLine {
	readonly tool: "iptables" | "ipset" | "ipvsadm" | "ip";
	/** Of iptables. */
	readonly table: string | undefined;
	/** As the tool prints it, in canonical form. */
	readonly text: string;
	/** A service port (`shop/web:http`), `shared` or `other`. */
	readonly owner: string;
}
