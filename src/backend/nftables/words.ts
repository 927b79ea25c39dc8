import type { NftablesBehaviour } from "../../config/kube-version.ts";
import { type Expression, equals, isIn, type Match, meta, payload, type Statement } from "../../lang/nft/statement.ts";
import type { LocalTraffic, Model } from "../../model/model.ts";
import { printCIDR } from "../../net/cidr.ts";
import type { Family } from "../../net/ip.ts";

/** The chain that puts the mark on, in versions that jump to it. */
export const MARK_CHAIN = "mark-for-masquerade";

/** What rules of one family are made of. */
export interface Words {
	readonly family: "ip" | "ip6";
	readonly addressType: "ipv4_addr" | "ipv6_addr";
	readonly source: Expression;
	readonly destination: Expression;
	/** Protocol and port: the parts of a key. */
	readonly port: readonly Expression[];
	/** Destination, protocol and port: the parts of a key. */
	readonly frontend: readonly Expression[];
	/** Asks for masquerading. */
	readonly mark: Statement;
	/** The mark, as a number. */
	readonly markBits: number;
	/** Packets to addresses that node ports answer on, for the check of node ports without endpoints. */
	readonly atNodePortAddresses: readonly Match[];
	/** The same for dispatching. */
	readonly toNodePortAddresses: readonly Match[];
}

/** The words for a model. Source: spec sections 5 to 7. */
export function wordsOf(model: Model, { endpoints }: NftablesBehaviour): Words {
	const family = model.family === "ipv4" ? "ip" : "ip6";
	const [source, destination] = [payload(family, "saddr"), payload(family, "daddr")];
	const port = [meta("l4proto"), payload("th", "dport")];
	const markBits = 2 ** model.config.masqueradeBit;
	const isAll = model.nodePortAddresses.kind === "all";
	const notLoopback = equals(destination, LOOPBACK[model.family], true);
	const inSet = isIn(destination, "nodeport-ips");
	return {
		family,
		addressType: family === "ip" ? "ipv4_addr" : "ipv6_addr",
		source,
		destination,
		port,
		frontend: [destination, ...port],
		mark:
			endpoints === "maps" ? markInPlace(markBits) : { kind: "verdict", verdict: { kind: "jump", chain: MARK_CHAIN } },
		markBits,
		atNodePortAddresses: [isAll ? notLoopback : inSet],
		toNodePortAddresses: isAll ? [TO_THIS_NODE, notLoopback] : [inSet],
	};
}

const LOOPBACK: Readonly<Record<Family, string>> = { ipv4: "127.0.0.0/8", ipv6: "::1" };

const TO_THIS_NODE = equals({ kind: "address-type", of: "daddr" }, "local");

/** Packets from one of the node's own addresses. */
export const FROM_THIS_NODE = equals({ kind: "address-type", of: "saddr" }, "local");

/** Sets the bits of the mark that ask for masquerading. */
export function markInPlace(bits: number): Statement {
	return { kind: "set-mark", value: { kind: "masked-mark", operator: "or", bits } };
}

/** A test for traffic of this node's pods, or, negated, for all other traffic. Source: spec section 4. */
export function isLocalTraffic(
	traffic: LocalTraffic,
	{ source }: Words,
	{ interfaceKey }: NftablesBehaviour,
	isNegated: boolean,
): Match {
	if (traffic.kind === "source") return equals(source, printCIDR(traffic.cidr), isNegated);
	return equals(meta(interfaceKey), `${traffic.name}${traffic.isPrefix ? "*" : ""}`, isNegated);
}

/** Lets connections begin with a test of their state: the first packet only. */
export const NEW_CONNECTION = equals({ kind: "ct", key: "state" }, "new");
