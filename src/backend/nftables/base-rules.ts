import { concat, type Expression, equals, isIn, type Statement, verdict } from "../../lang/nft/statement.ts";
import type { Command } from "../../lang/nft/transaction.ts";
import { isLoopback } from "../../net/ip.ts";
import { BASE } from "../origin.ts";
import { baseChains, baseJumps } from "./base-chains.ts";
import { addContainer, addMember, addRule, emptyChain } from "./commands.ts";
import { FLUSHED, kindOf } from "./containers.ts";
import type { Context } from "./draft.ts";
import { isLocalTraffic, MARK_CHAIN, markInPlace, NEW_CONNECTION } from "./words.ts";

/** Where traffic without anybody to serve it ends. */
export const REJECT_CHAIN = "reject-chain";

/** Base chains are made anew, since the priority of one that is there cannot change. Source: spec section 9, steps 2 and 3. */
export function baseChainCommands({ behaviour }: Context): readonly Command[] {
	const chains = baseChains(behaviour);
	return [
		...chains.flatMap(({ name }): readonly Command[] => [
			{ kind: "add-chain", chain: { name, comment: undefined, hook: undefined } },
			{ kind: "delete-chain", name },
		]),
		...chains.flatMap(({ name, hook }) => emptyChain(name, { hook })),
	];
}

/** The jumps from base chains, and the chains that they lead to. Source: spec section 9, step 4. */
export function jumpCommands({ behaviour }: Context): readonly Command[] {
	const made = new Set<string>();
	const commands = baseJumps(behaviour).flatMap(({ from, to, isForNew }) => {
		const target = made.has(to) ? [] : emptyChain(to);
		made.add(to);
		const jump = verdict({ kind: "jump", chain: to });
		return [...target, addRule(from, isForNew ? [NEW_CONNECTION, jump] : [jump], BASE)];
	});
	return behaviour.endpoints === "chains" ? [...commands, ...emptyChain(MARK_CHAIN)] : commands;
}

/** Masquerading what is marked, on the way out; the mark is cleared. Source: spec sections 6.4 and 13.3. */
export function masqueradeCommands({ behaviour, words }: Context): readonly Command[] {
	const { markBits, source, destination, port } = words;
	const ownBit: Expression = { kind: "masked-mark", operator: "and", bits: markBits };
	const clear: Statement = { kind: "set-mark", value: { kind: "masked-mark", operator: "xor", bits: markBits } };
	const masquerade: Statement = { kind: "masquerade", flags: ["fully-random"] };
	if (behaviour.endpoints === "chains") {
		return [
			addRule(MARK_CHAIN, [markInPlace(markBits)], BASE),
			addRule("masquerading", [equals(ownBit, "0"), verdict({ kind: "return" })], BASE),
			addRule("masquerading", [clear], BASE),
			addRule("masquerading", [masquerade], BASE),
		];
	}
	const translated = equals({ kind: "ct", key: "status" }, "dnat");
	const toItself = isIn(concat(source, destination, ...port), "hairpin-connections");
	return [
		addContainer("hairpin-connections", words),
		addRule("masquerading", [equals(ownBit, "0", true), clear, masquerade], BASE),
		addRule("masquerading", [translated, toItself, masquerade], BASE),
	];
}

/** What is left for cluster IPs after DNAT: ports without a Service, addresses without one. Source: spec section 6.4. */
export function clusterIPCheckCommands({ model, words }: Context): readonly Command[] {
	const chain = "cluster-ips-check";
	const { destination } = words;
	const isUnallocated: Statement = {
		kind: "match",
		left: destination,
		isNegated: false,
		right: { kind: "members", members: model.serviceCIDRs, style: "tight" },
	};
	const known = [isIn(destination, "cluster-ips"), REJECT];
	const dropped = addRule(chain, [isUnallocated, DROP], BASE, "Drop traffic to unallocated ClusterIPs");
	return [
		addContainer("cluster-ips", words),
		addRule(chain, known, BASE, "Reject traffic to invalid ports of ClusterIPs"),
		...(model.serviceCIDRs.length === 0 ? [] : [dropped]),
	];
}

/** The addresses that node ports answer on, never those of the loopback interface. Source: spec sections 5 and 9, step 7. */
export function nodePortAddressCommands({ model, words }: Context): readonly Command[] {
	const { nodePortAddresses } = model;
	const name = "nodeport-ips";
	const kind = nodePortAddresses.kind === "all" ? "delete-set" : "flush-set";
	const ips = nodePortAddresses.kind === "all" ? [] : nodePortAddresses.ips.filter((ip) => !isLoopback(ip));
	return [addContainer(name, words), { kind, of: "set", name }, ...ips.map((ip) => addMember(name, [ip], BASE))];
}

/** What happens to traffic that nobody serves. Source: spec section 9, steps 8 to 10. */
export function noEndpointCommands({ words }: Context): readonly Command[] {
	const why = "helper for @no-endpoint-services / @no-endpoint-nodeports";
	const services: Statement = { kind: "vmap", key: concat(...words.frontend), map: "no-endpoint-services" };
	const nodePorts: Statement = { kind: "vmap", key: concat(...words.port), map: "no-endpoint-nodeports" };
	return [
		addContainer("no-endpoint-services", words),
		addContainer("no-endpoint-nodeports", words),
		...emptyChain(REJECT_CHAIN, { comment: why }),
		addRule(REJECT_CHAIN, [REJECT], BASE),
		addRule("service-endpoints-check", [services], BASE),
		addRule("nodeport-endpoints-check", [...words.atNodePortAddresses, nodePorts], BASE),
	];
}

/** Asks the firewalls of load-balancer IPs. Source: spec section 9, step 11. */
export function firewallCheckCommands({ words }: Context): readonly Command[] {
	const asked: Statement = { kind: "vmap", key: concat(...words.frontend), map: "firewall-ips" };
	return [addContainer("firewall-ips", words), addRule("firewall-check", [asked], BASE)];
}

/** Sends traffic to each frontend to its chain. Source: spec section 9, steps 12 and 13. */
export function dispatchCommands(context: Context): readonly Command[] {
	const { words } = context;
	const services: Statement = { kind: "vmap", key: concat(...words.frontend), map: "service-ips" };
	const nodePorts: Statement = { kind: "vmap", key: concat(...words.port), map: "service-nodeports" };
	return [
		addContainer("service-ips", words),
		addContainer("service-nodeports", words),
		...clusterIPMasqueradeCommands(context),
		addRule("services", [services], BASE),
		addRule("services", [...words.toNodePortAddresses, nodePorts], BASE),
	];
}

/** Marks traffic to all cluster IPs that comes from elsewhere than this node's pods. */
function clusterIPMasqueradeCommands({ model, behaviour, words }: Context): readonly Command[] {
	const { config, localTraffic } = model;
	if (behaviour.endpoints === "chains") return [];
	const toClusterIP = isIn(words.destination, "cluster-ips");
	if (config.masqueradeAll) {
		return [addRule("services", [toClusterIP, words.mark], BASE, "masquerade all clusterIP traffic")];
	}
	if (localTraffic === undefined) return [];
	const fromOutside = isLocalTraffic(localTraffic, words, behaviour, true);
	const why = "masquerade clusterIP traffic from outside cluster";
	return [addRule("services", [toClusterIP, fromOutside, words.mark], BASE, why)];
}

/** A first sync up to 1.32 empties what it fills, whatever is there. Source: spec section 13.5. */
export function flushCommands({ behaviour }: Context): readonly Command[] {
	if (!behaviour.flushesSets) return [];
	return FLUSHED.map((name) => ({ kind: "flush-set", of: kindOf(name), name }));
}

const REJECT: Statement = { kind: "reject", with: [] };
const DROP = verdict({ kind: "drop" });
