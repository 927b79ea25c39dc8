import { rulesByChain } from "../../src/lang/iptables/ruleset.ts";
import type { NodeState } from "../../src/lang/node-state.ts";
import { contains } from "../../src/net/cidr.ts";
import { familyOf, hostPort, type IP } from "../../src/net/ip.ts";
import type { Outcome } from "../../src/trace/outcome.ts";
import { newTracer } from "../../src/trace/trace.ts";
import type { IpvsNode } from "./ipvs-trace-cluster.ts";
import { orderDifference } from "./ipvs-trace-hooks.ts";
import type { IpvsPacket } from "./ipvs-trace-packets.ts";
import { type Recorded, type TraceDifference, traceDifference } from "./trace-compare.ts";
import type { LabResult } from "./trace-lab.ts";
import { type Reader, recordReader } from "./trace-recorded.ts";

/** What became of packets, and where trace says otherwise. */
export interface Checked {
	/** For each packet, as `forwarded: cluster IP from outside`; `nothing` is what the kernel lost between hooks. */
	readonly fates: readonly string[];
	/** JSON of the packet, the kernel's account and those of trace. */
	readonly differences: readonly string[];
}

/** Compares the kernel's account of packets with what trace says, one after the other: clients are remembered. */
export function checkRecorded(node: IpvsNode, packets: readonly IpvsPacket[], results: readonly LabResult[]): Checked {
	const read = ipvsRecordReader(node.state);
	const tracer = newTracer(node.state, node.node);
	const remembered = new Map<string, string>();
	const checked = packets.map((packet, at) => {
		const result = results[at];
		if (result === undefined) throw new Error(`${node.name}: packet ${at} was not sent`);
		const client = JSON.stringify([packet.protocol, packet.from, packet.to, packet.port]);
		const outcomes = tracer.trace(packet, { affinity: remembered.get(client) });
		const recorded = read(result);
		remembered.set(client, hostPort(recorded.destination.ip, recorded.destination.port));
		const source = knownSource(recorded, node);
		const difference =
			sameInOne([recorded.source, ...(source === undefined ? [] : [source])], (one) =>
				ipvsDifference({ ...recorded, source: one }, outcomes),
			) ?? orderDifference(node, result, outcomes);
		return {
			fate: `${recorded.verdict}: ${packet.kind}`,
			difference: difference === undefined ? [] : [JSON.stringify({ packet, ...difference })],
		};
	});
	return {
		fates: checked.map(({ fate }) => fate),
		differences: checked.flatMap(({ difference }) => difference),
	};
}

/** The first difference, unless there is none for one of the sources. */
function sameInOne(
	sources: readonly string[],
	differenceFor: (source: string) => TraceDifference | undefined,
): TraceDifference | undefined {
	const differences = sources.map(differenceFor);
	return differences.includes(undefined) ? undefined : differences[0];
}

/** Like `recordReader`, with what is peculiar to the rules of the IPVS mode. */
function ipvsRecordReader(state: NodeState): Reader {
	const read = recordReader(state);
	const chains = new Map(
		(state.iptables ?? []).flatMap((table) =>
			[...rulesByChain(table)].map(([chain, rules]) => [`${table.name} ${chain}`, rules] as const),
		),
	);
	const lengthOf = (table: string, chain: string): number => chains.get(`${table} ${chain}`)?.length ?? 0;
	const bridged = (chains.get("nat KUBE-SERVICES") ?? []).flatMap(({ matches }, index) =>
		matches.some(({ kind }) => kind === "physdev-is-in") ? [index + 1] : [],
	);
	return (result: LabResult) => {
		const steps = result.steps.map(([table, chain, kind, position, ...mark]) => {
			// The recorder calls each rule an end of its chain that has no match and a verdict of its own.
			const isRule = kind === "rule" || (kind === "return" && position <= lengthOf(table, chain));
			// Nobody but the kernel knows about bridges; the next rule does the same for what is to this node.
			const isBridged = table === "nat" && chain === "KUBE-SERVICES" && bridged.includes(position);
			return [table, chain, isRule ? "rule" : kind, isBridged ? position + 1 : position, ...mark] as const;
		});
		return read({ ...result, steps });
	};
}

/**
 * How a packet's way through IPVS differs from what trace says; undefined: not at all. The kernel records rules only, so
 * the steps of virtual servers do not count, nor those of the recorder's own table. What the kernel loses it drops.
 */
function ipvsDifference(recorded: Recorded, outcomes: readonly Outcome[]): TraceDifference | undefined {
	const verdict = recorded.verdict === "nothing" ? "dropped" : recorded.verdict;
	const ways = outcomes.map((outcome) => ({
		...outcome,
		steps: outcome.steps.filter(({ table }) => table !== "ipvs" && table !== "raw"),
	}));
	return traceDifference({ ...recorded, verdict }, ways);
}

/**
 * What trace can know of a masqueraded packet's source; undefined: the same. Only IPv6 chooses among all addresses of the
 * node: towards one of its own this very address, and behind an interface that has none the one that resembles the
 * destination most, which may be that of a Service on kube-ipvs0. Trace says the node's first address.
 */
function knownSource(
	{ masqueraded, source, destination }: Recorded,
	{ model, state, node }: IpvsNode,
): string | undefined {
	if (model.family !== "ipv6" || !masqueraded) return undefined;
	const isKnown = node.interfaces.some(({ network }) => contains(network, destination.ip as IP));
	const isBorrowed = !isKnown && (state.dummyIPs ?? []).includes(source);
	return isBorrowed ? node.ips.find((ip) => familyOf(ip) === "ipv6") : undefined;
}
