import type { Model, ServicePort } from "../../src/index.ts";
import { isLoopback } from "../../src/net/ip.ts";
import type { PairDifference, PairName } from "./mode-pairs.ts";
import {
	answersAt,
	claims,
	every,
	hasOnlyRemote,
	isAll,
	isExternal,
	isInside,
	isLeftAlone,
	isSubset,
	isToOtherPort,
	isUntouched,
} from "./mode-predicates.ts";

/** A known difference between modes, as `docs/modes.md` words it. */
interface Reason {
	/** How many kinds of packets of the captured clusters it is about; a pair that is not named does not differ in it. */
	readonly packets: Readonly<Partial<Record<PairName, number>>>;
	readonly explains?: (difference: PairDifference, port: ServicePort, model: Model) => boolean;
	/** For packets to addresses that no Service has. */
	readonly explainsWithoutService?: (difference: PairDifference) => boolean;
}

/** The literal list. The first that explains a difference counts. */
const REASONS: Readonly<Record<string, Reason>> = {
	"A port of a cluster IP that no Service has": {
		packets: { "iptables ipvs": 1031, "iptables nftables": 1031 },
		explains: (one, { clusterIP }) =>
			isToOtherPort(one, [clusterIP]) &&
			isUntouched(one, "iptables") &&
			isAll(one, "ipvs", "rejected") &&
			isAll(one, "nftables", "rejected"),
	},
	"A port of an external or load-balancer IP that no Service has": {
		packets: { "iptables ipvs": 261, "ipvs nftables": 261 },
		explains: (one, { externalIPs, loadBalancerIPs }) =>
			isToOtherPort(one, [...externalIPs, ...loadBalancerIPs]) &&
			isUntouched(one, "iptables") &&
			isAll(one, "ipvs", "rejected") &&
			isUntouched(one, "nftables"),
	},
	"An address of the network of cluster IPs that no Service has, when a ServiceCIDR names the network": {
		packets: { "iptables nftables": 6, "ipvs nftables": 6 },
		explainsWithoutService: (one) =>
			isUntouched(one, "iptables") && isUntouched(one, "ipvs") && isAll(one, "nftables", "dropped"),
	},
	"A node port on 127.0.0.1": {
		packets: { "iptables ipvs": 114, "iptables nftables": 114 },
		explains: (one) =>
			one.probe.place === "node-port" &&
			isLoopback(one.probe.packet.to) &&
			isUntouched(one, "ipvs") &&
			isUntouched(one, "nftables"),
	},
	"A node port on an address of the node that is not its primary one, when nodePortAddresses does not say otherwise": {
		packets: { "iptables nftables": 18, "ipvs nftables": 18 },
		explains: (one) => {
			const { probe, models } = one;
			const asked = models.nftables?.nodePortAddresses;
			return (
				probe.place === "node-port" &&
				models.nftables?.config.nodePortAddresses === "primary" &&
				(models.iptables ?? models.ipvs)?.config.nodePortAddresses !== "primary" &&
				asked?.kind === "some" &&
				!asked.ips.includes(probe.packet.to) &&
				isUntouched(one, "nftables")
			);
		},
	},
	"External policy Local, and a pod or the node itself dials": {
		packets: { "iptables ipvs": 242, "ipvs nftables": 236 },
		explains: (one, port) =>
			isExternal(one) &&
			isInside(one) &&
			port.external.policy === "Local" &&
			isSubset(one.fates.iptables, port.selection.cluster) &&
			isSubset(one.fates.nftables, port.selection.cluster) &&
			isSubset(one.fates.ipvs, port.external.endpoints),
	},
	"External policy Local without a local endpoint": {
		packets: { "iptables ipvs": 14, "ipvs nftables": 14 },
		explains: (one, port) =>
			isExternal(one) &&
			hasOnlyRemote(port, "external") &&
			isAll(one, "iptables", "dropped") &&
			isAll(one, "nftables", "dropped") &&
			isAll(one, "ipvs", "forwarded"),
	},
	"Internal policy Local without a local endpoint, and the Service can be reached from outside": {
		packets: { "iptables ipvs": 3, "ipvs nftables": 3 },
		explains: (one, port) =>
			one.probe.place === "cluster-ip" &&
			hasOnlyRemote(port, "internal") &&
			port.isExternallyAccessible &&
			isAll(one, "iptables", "dropped") &&
			isAll(one, "nftables", "dropped") &&
			isAll(one, "ipvs", "forwarded"),
	},
	"Internal policy Local without a local endpoint, and the Service cannot be reached from outside": {
		packets: { "iptables ipvs": 51, "ipvs nftables": 51 },
		explains: (one, port) =>
			one.probe.place === "cluster-ip" &&
			hasOnlyRemote(port, "internal") &&
			!port.isExternallyAccessible &&
			isAll(one, "iptables", "dropped") &&
			isAll(one, "nftables", "dropped") &&
			isAll(one, "ipvs", "rejected"),
	},
	"No endpoint at all, and the node itself dials an external or load-balancer IP": {
		packets: { "iptables ipvs": 5, "iptables nftables": 5 },
		explains: (one, port) =>
			one.probe.client === "node" &&
			["external-ip", "load-balancer-ip"].includes(one.probe.place) &&
			!port.selection.hasEndpoints &&
			isUntouched(one, "iptables") &&
			isAll(one, "ipvs", "rejected") &&
			isAll(one, "nftables", "rejected"),
	},
	"Nobody to serve a node port, at an address on which node ports do not answer": {
		packets: { "iptables ipvs": 3, "iptables nftables": 3 },
		explains: (one, port, model) =>
			one.probe.place === "node-port" &&
			!answersAt(model, one.probe.packet.to) &&
			port.external.endpoints.length === 0 &&
			(isAll(one, "iptables", "rejected") || isAll(one, "iptables", "dropped")) &&
			isUntouched(one, "ipvs") &&
			isUntouched(one, "nftables"),
	},
	"The node itself dials a node port's number at an address on which node ports do not answer": {
		packets: { "iptables ipvs": 1, "ipvs nftables": 2 },
		explains: (one, _, model) =>
			one.probe.place === "node-port" &&
			one.probe.client === "node" &&
			!answersAt(model, one.probe.packet.to) &&
			every(one, "iptables", isLeftAlone) &&
			every(one, "nftables", isLeftAlone) &&
			every(one, "ipvs", ({ verdict, isMasqueraded }) => verdict === "delivered" && isMasqueraded),
	},
	"No endpoint at all, and a client in none of the source ranges": {
		packets: { "iptables ipvs": 0, "iptables nftables": 0, "ipvs nftables": 0 },
		explains: (one, port) => {
			const isNode = one.probe.client === "node";
			return (
				one.probe.place === "load-balancer-ip" &&
				port.sourceRanges.length > 0 &&
				!port.selection.hasEndpoints &&
				(isNode ? isUntouched(one, "iptables") : isAll(one, "iptables", "rejected")) &&
				isAll(one, "ipvs", isNode ? "rejected" : "dropped") &&
				isAll(one, "nftables", "dropped")
			);
		},
	},
	"An address and port that two Services claim": {
		packets: { "iptables ipvs": 0, "iptables nftables": 0, "ipvs nftables": 0 },
		explains: ({ probe: { packet } }, _, { servicePorts }) =>
			servicePorts.filter((port) => claims(port, packet.to, packet.port) && port.protocol === packet.protocol).length >
			1,
	},
	"The node itself dials an address with external policy Local": {
		packets: { "iptables ipvs": 5, "ipvs nftables": 5 },
		explains: (one, port) =>
			one.probe.client === "node" &&
			isExternal(one) &&
			port.external.policy === "Local" &&
			every(one, "ipvs", ({ source }) => source === one.probe.packet.to),
	},
	"An endpoint on another node dials a node port of this node with external policy Local, and chance sends it to itself":
		{
			packets: { "iptables ipvs": 7, "iptables nftables": 46 },
			explains: (one, port) =>
				one.probe.client === "endpoint-elsewhere" &&
				one.probe.place === "node-port" &&
				port.external.policy === "Local" &&
				every(one, "iptables", (fate) => fate.isMasqueraded === (fate.destination.ip === one.probe.packet.from)) &&
				every(one, "ipvs", ({ isMasqueraded }) => !isMasqueraded) &&
				every(one, "nftables", ({ isMasqueraded }) => !isMasqueraded),
		},
};

/** How many kinds of packets of the captured clusters each reason of a pair is about, in the order of the list. */
export function expectedCounts(pair: PairName): ReadonlyMap<string, number> {
	const counts = Object.entries(REASONS).map(([text, { packets }]) => [text, packets[pair]] as const);
	return new Map(counts.flatMap(([text, count]) => (count === undefined ? [] : [[text, count] as const])));
}

/** What explains a difference, in the order of the list. */
export function reasonsFor(difference: PairDifference, pair: PairName): readonly string[] {
	const port = difference.probe.servicePort;
	const [model] = Object.values(difference.models);
	if (model === undefined) throw new Error("there is no model");
	return [...expectedCounts(pair).keys()].filter((text) => {
		const reason = REASONS[text];
		return port === undefined
			? reason?.explainsWithoutService?.(difference) === true
			: reason?.explains?.(difference, port, model) === true;
	});
}
