import type { Element } from "../../lang/nft/table.ts";
import { isPort, type Protocol } from "../../net/protocol.ts";
import { addressKey, type FrontendKind, type FrontendView } from "../frontend.ts";
import { type NftAddress, type NftKnowledge, nftFrontend } from "./frontend.ts";
import type { NftIndex } from "./index.ts";

/** Kinds of frontends that were compiled: elements of a node do not say which address is an external one. */
export function nftKinds(sides: readonly NftIndex[]): ReadonlyMap<string, FrontendKind> {
	const kinds = new Map<string, FrontendKind>();
	for (const { sets } of sides) {
		for (const element of elementsOf(sets, DISPATCHING)) {
			const [kind, address] = [KIND_BY_REASON[element.origin?.reason ?? ""], addressOf(element)];
			if (kind !== undefined && address !== undefined) kinds.set(addressKey(address), kind);
		}
	}
	return kinds;
}

const KIND_BY_REASON: Readonly<Record<string, FrontendKind>> = {
	"cluster-ip": "cluster IP",
	"external-ip": "external IP",
	"load-balancer-ip": "load-balancer IP",
	"node-port": "node port",
};

const DISPATCHING = ["service-ips", "service-nodeports"] as const;
const REFUSING = ["no-endpoint-services", "no-endpoint-nodeports"] as const;

/**
 * What clients meet at the frontends of some service ports, as kube-proxy's table has it.
 *
 * @param wanted the service ports to look at; undefined for all
 */
export function nftView(side: NftIndex, known: NftKnowledge, wanted?: ReadonlySet<string>): readonly FrontendView[] {
	const frontends = new Map<string, FrontendView>();
	for (const set of [...DISPATCHING, ...REFUSING]) {
		for (const element of side.sets.get(set)?.elements ?? []) {
			const [address, servicePort] = [addressOf(element), known.owners.ofElement(set, element)];
			if (address === undefined || wanted?.has(servicePort) === false) continue;
			// What is translated is decided first; who finds no endpoint then is refused.
			if (!frontends.has(addressKey(address))) {
				frontends.set(addressKey(address), nftFrontend(side, known, { element, address, servicePort }));
			}
		}
	}
	// Elements have no order.
	return [...frontends.values()].sort((a, b) => rankOf(a) - rankOf(b) || (addressKey(a) < addressKey(b) ? -1 : 1));
}

const KINDS: readonly FrontendKind[] = ["cluster IP", "external IP", "load-balancer IP", "node port"];

function rankOf({ kind }: FrontendView): number {
	return KINDS.indexOf(kind);
}

function elementsOf(sets: NftIndex["sets"], names: readonly string[]): readonly Element[] {
	return names.flatMap((name) => sets.get(name)?.elements ?? []);
}

/** `ip . protocol . port`, or `protocol . port` of a node port; undefined for anything else. */
function addressOf({ key }: Element): NftAddress | undefined {
	const [ip, protocol, port] = key.length === 2 ? [undefined, ...key] : key;
	const known = PROTOCOLS.find((one) => one === protocol);
	return known === undefined || !isPort(Number(port)) ? undefined : { ip, port: Number(port), protocol: known };
}

const PROTOCOLS: readonly Protocol[] = ["tcp", "udp", "sctp"];
