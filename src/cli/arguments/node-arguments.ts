import { parseCIDR } from "../../net/cidr.ts";
import { type IP, parseIP } from "../../net/ip.ts";
import type { Snapshot } from "../../snapshot/snapshot.ts";
import { Trouble } from "../../trouble.ts";
import { shortList } from "../output/report.ts";

/** The node as the command line gives it. */
export interface NodeArguments {
	readonly node?: string | undefined;
	readonly hostnameOverride: string;
	readonly nodeIPs: readonly IP[];
	/** There may be Nodes in the cluster, but they could not be read. */
	readonly lacksNodes?: boolean | undefined;
}

/** The name of the node: as given, from the environment, or of the only Node there is. */
export function nodeNameOf(snapshot: Snapshot, argv: NodeArguments): string {
	const { node, hostnameOverride } = argv;
	const given = [node, hostnameOverride, process.env["NODE_NAME"]].find(
		(name) => name !== undefined && name.trim() !== "",
	);
	if (given !== undefined) return checkedName(snapshot, given.trim().toLowerCase(), argv);
	const [only, ...others] = snapshot.nodes;
	if (only !== undefined && others.length === 0) return only.name;
	if (only !== undefined) throw new Trouble(`which node? give --node, one of: ${namesOf(snapshot)}`);
	const why = argv.lacksNodes === true ? UNREAD : "no Node found";
	throw new Trouble(`${why}: give --node NAME and --node-ip IP, or objects with the Node`);
}

const UNREAD = "the Nodes of the cluster may not be read, or it has none";

/** A Node object is not required when the node's addresses are given; otherwise a name without one is a slip. */
function checkedName(snapshot: Snapshot, name: string, argv: NodeArguments): string {
	if (argv.nodeIPs.length > 0 || snapshot.nodes.some((node) => node.name === name)) return name;
	const known =
		snapshot.nodes.length > 0
			? `Nodes there are: ${namesOf(snapshot)}`
			: argv.lacksNodes === true
				? UNREAD
				: "there is no Node at all";
	throw new Trouble(`no Node ${JSON.stringify(name)} (${known}); --node-ip IP does without a Node`);
}

function namesOf({ nodes }: Snapshot): string {
	return shortList(nodes.map(({ name }) => name).sort());
}

/** Reads `--node-ip`. */
export function readNodeIPs(texts: readonly string[]): readonly IP[] {
	return texts.map((text) => {
		const ip = parseIP(text);
		if (ip === undefined) throw new Trouble(`--node-ip: expected an IP address, got ${JSON.stringify(text)}`);
		return ip;
	});
}

/** Reads `--interface NAME=CIDR[,CIDR]`: the addresses, in order. The prefix length may be left out. */
export function readInterfaceIPs(texts: readonly string[]): readonly IP[] {
	return texts.flatMap((text) => {
		const [, addresses = ""] = /^[^=\s]+=(.*)$/.exec(text) ?? [];
		if (addresses === "") throw new Trouble(`--interface: expected NAME=CIDR[,CIDR], got ${JSON.stringify(text)}`);
		return addresses.split(",").map((part) => {
			const ip = parseIP(part.split("/")[0] ?? "");
			const isCIDR = !part.includes("/") || parseCIDR(part) !== undefined;
			if (ip !== undefined && isCIDR) return ip;
			throw new Trouble(
				`--interface: expected an address with its prefix length (10.7.7.21/24), got ${JSON.stringify(part)}`,
			);
		});
	});
}
