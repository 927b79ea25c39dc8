import type { IpSet } from "../../lang/ipset/set.ts";

/** The node ports that a set of kube-proxy's lists, as `tcp 30080`; none for another set. */
export function nodePortsIn(set: IpSet): readonly string[] {
	const [, protocol] = /^KUBE-(?:6-)?NODE-PORT-(TCP|UDP)$/.exec(set.name) ?? [];
	if (protocol === undefined || set.type !== "bitmap:port") return [];
	return set.entries.map(({ port }) => `${protocol.toLowerCase()} ${port}`);
}
