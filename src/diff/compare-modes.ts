import type { NodeState } from "../lang/node-state.ts";
import { indexTables } from "./chain-index.ts";
import type { ChangeKind } from "./change.ts";
import { compareViews } from "./compare-views.ts";
import type { Difference } from "./diff.ts";
import type { FrontendView } from "./frontend.ts";
import { groupBy } from "./group-by.ts";
import { iptablesView } from "./iptables-view.ts";
import { ipvsView, serverNames } from "./ipvs-view.ts";
import { diffNft } from "./nft-diff.ts";
import { findOwners } from "./owner.ts";

/** What each mode's rules say in its own way, or not at all: these are not compared. */
const OF_THE_MODE: readonly ChangeKind[] = ["masquerade-changed", "policy-changed", "address-changed"];

/**
 * What changes for clients when a node goes from one proxy mode to another: who serves which address, affinity and source
 * ranges. Rules are not compared, and neither is what the modes cannot help doing differently (docs/modes.md).
 */
export function compareModes(old: NodeState, current: NodeState): Difference {
	const [before, after] = [old, current].map((state) => groupBy(viewOf(state), ({ servicePort }) => servicePort));
	const names = [...new Set([...(before?.keys() ?? []), ...(after?.keys() ?? [])])].sort();
	const services = names.flatMap((servicePort) => {
		const all = compareViews(before?.get(servicePort) ?? [], after?.get(servicePort) ?? [], "before-after");
		const changes = all.filter(({ kind }) => !OF_THE_MODE.includes(kind));
		return changes.length === 0 ? [] : [{ servicePort, changes }];
	});
	return {
		family: current.family,
		telling: "before-after",
		equal: services.length === 0,
		services,
		added: [],
		removed: [],
		chains: [],
		nft: undefined,
		findings: [],
		conntrack: [],
	};
}

/** A node port of an IPVS node has a virtual server on each address: one stands for all. */
function viewOf(state: NodeState): readonly FrontendView[] {
	const tables = indexTables(state.iptables ?? []);
	const servers = ipvsView(state, serverNames([state]));
	const nodePorts = servers.filter(({ kind }) => kind === "node port").map((view) => ({ ...view, ip: undefined }));
	const once = [...new Map(nodePorts.map((view) => [`${view.protocol} ${view.port}`, view])).values()];
	const views = [
		...iptablesView(tables, findOwners([tables])),
		...servers.filter(({ kind }) => kind !== "node port"),
		...once,
		...diffNft(state, state).after(),
	];
	return views.map((view) => ({ ...view, sources: view.sources && plainNetworks(view.sources) }));
}

/** Each once; a network of one address as the address: rules have them as configured, sets as ipset prints them. */
function plainNetworks(sources: readonly string[]): readonly string[] {
	return [...new Set(sources.map((network) => network.replace(network.includes(":") ? /\/128$/ : /\/32$/, "")))];
}
