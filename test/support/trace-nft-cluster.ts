import type fc from "fast-check";
import { backends, type Family, type Model, readProxyConfig } from "../../src/index.ts";
import { parseNftListing } from "../../src/lang/nft/parse-listing.ts";
import type { Table } from "../../src/lang/nft/table.ts";
import type { NodeState } from "../../src/lang/node-state.ts";
import { arbitraryCluster, clusterModel, type TraceCluster } from "./trace-cluster.ts";
import type { NodeNetwork } from "./trace-network.ts";

/** A node with rules of nftables, to be set up in the kernel and to be traced. */
export interface NftNode {
	readonly family: Family;
	readonly network: NodeNetwork;
	readonly state: NodeState;
	/** The same rules, for `nft -f -`. */
	readonly rules: string;
}

/** Clusters with everything that changes rules, in both families and all versions that have the mode. */
export const arbitraryNftCluster: fc.Arbitrary<TraceCluster> = arbitraryCluster
	.map((cluster) => ({ ...cluster, config: { ...cluster.config, mode: "nftables" } }))
	.filter(({ config, kubeVersion }) => readProxyConfig(config, { kubeVersion }).config !== undefined)
	.filter((cluster) => !namesMissingInterface(cluster));

/** Before 1.33 rules name the bridge by its number, so that nft loads them only where it is there. */
function namesMissingInterface({ config, kubeVersion, network }: TraceCluster): boolean {
	const isByNumber = kubeVersion === "1.31" || kubeVersion === "1.32";
	return isByNumber && config["detectLocalMode"] === "BridgeInterface" && network.pods.name !== "cbr0";
}

/** What svcnat makes of a cluster. */
export interface CompiledNftCluster {
	readonly model: Model;
	readonly node: NftNode;
}

/**
 * Compiles a generated cluster.
 *
 * @param foreign tables of others, as nft lists them, which are there before kube-proxy's
 */
export function compileNftCluster(cluster: TraceCluster, foreign: string): CompiledNftCluster {
	const { family, network } = cluster;
	const model = clusterModel(cluster);
	const { state, rules } = backends.nftables((backend) => {
		const built = backend.build(model);
		return { state: backend.state(built), rules: backend.parts([built])[0]?.print() ?? "" };
	});
	const nft = [...tablesIn(foreign), ...(state.nft ?? [])];
	return { model, node: { family, network, state: { ...state, nft }, rules: `${foreign}\n${rules}` } };
}

/** Tables as nft lists them, as data. */
export function tablesIn(listing: string): readonly Table[] {
	const { tables, problems } = parseNftListing(listing);
	if (problems[0] !== undefined) throw new Error(problems[0].message);
	return tables;
}
