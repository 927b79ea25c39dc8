import { ruleText } from "../../src/lang/nft/print-rule.ts";
import type { Chain, Rule } from "../../src/lang/nft/table.ts";
import type { NodeState } from "../../src/lang/node-state.ts";
import type { IP } from "../../src/net/ip.ts";
import { HOOKS } from "../../src/trace/packet.ts";
import type { Recorded } from "./trace-compare.ts";
import { type LabResult, type LabStep, sendThroughNft, TRACING_TABLE } from "./trace-lab.ts";
import { type LivePacket, labPacket, type Sent, sentOf } from "./trace-live.ts";
import { labNetwork } from "./trace-network.ts";
import type { NftNode } from "./trace-nft-cluster.ts";

/** Sends packets one by one through rules of nftables in a kernel. In the order of the packets. */
export async function sendNftLive(node: NftNode, packets: readonly LivePacket[]): Promise<readonly Sent[]> {
	const { family, network, rules, state } = node;
	const endpoints = [...rules.matchAll(/(?:dnat to \[?|\d : )([0-9a-f.:]+?)(?:\]?:\d+$| \. \d)/gm)];
	const onBridge = new Set([...endpoints.map(([, ip]) => ip as IP), ...packets.flatMap(({ from, to }) => [from, to])]);
	const around = labNetwork(network, { family, routesLocalnet: false, onBridge: [...onBridge] });
	const clients = (state.nft ?? []).flatMap((table) =>
		table.sets
			.filter(({ flags }) => flags.includes("dynamic"))
			.map(({ name }) => `${table.family} ${table.name} ${name}`),
	);
	const sent = packets.map((packet, index) => labPacket(node, packet, index));
	const results = await sendThroughNft({ family, network: around, rules, clients }, sent);
	return sentOf(packets, results.map(nftRecordReader(state)));
}

function wordsOf(rule: Rule): string {
	return ruleText({ ...rule, comment: undefined }, "listing");
}

/** Reads what the kernel told of packets that went through rules of nftables. */
export function nftRecordReader({ nft = [] }: NodeState): (result: LabResult) => Recorded {
	const chains = new Map<string, Chain>(
		nft.flatMap(({ family, name, chains: own }) =>
			own.map((chain): readonly [string, Chain] => [`${family} ${name} ${chain.name}`, chain]),
		),
	);
	const isMasquerade = ([table, chain, kind, position]: LabStep): boolean => {
		const rule = kind === "rule" ? chains.get(`${table} ${chain}`)?.rules[position - 1] : undefined;
		return rule !== undefined && /(?:^| )masquerade(?: [a-z,-]+)?$/.test(wordsOf(rule));
	};
	return ({ steps, last, seen, dropped }) => {
		const own = steps.filter(([table]) => table !== TRACING_TABLE);
		const packet = seen === undefined || seen.kind === "rejected" ? last : seen;
		if (packet === undefined) throw new Error("the kernel told nothing of a packet");
		let hook = "";
		let kept: number | undefined;
		const texts = own.flatMap(([table, chain, kind, position, mark]) => {
			const known = chains.get(`${table} ${chain}`);
			hook = HOOKS.find((one) => one.toLowerCase() === known?.hook?.hook) ?? hook;
			// A base chain that has no rules and lets everything pass is no step.
			if (known?.hook !== undefined && known.rules.length === 0 && known.hook.policy !== "drop") return [];
			// The end of a base chain is told in two ways, of which the policy is shown, with the mark of the first.
			const shown = mark ?? kept ?? "-";
			kept = known?.hook !== undefined && kind === "return" ? mark : undefined;
			if (known?.hook !== undefined && kind === "return") return [];
			return [`${hook} ${table} ${chain} ${kind === "rule" ? position : kind} ${shown}`];
		});
		return {
			steps: texts,
			verdict: seen?.kind ?? (dropped === true ? "dropped" : "nothing"),
			destination: { ip: packet.destination, port: packet.port },
			source: packet.source,
			masqueraded: own.some(isMasquerade),
			reject: seen?.error,
		};
	};
}
