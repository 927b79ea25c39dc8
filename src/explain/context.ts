import type { NodeState } from "../lang/node-state.ts";
import type { Model } from "../model/model.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";

/** Everything that an explanation is made from. */
export interface ExplainContext {
	readonly snapshot: Snapshot;
	/** One a family that was compiled, IPv4 first. */
	readonly nodes: readonly NodeInFamily[];
}

/** What a node should do in one family, and the rules that make it so. */
export interface NodeInFamily {
	readonly model: Model;
	readonly state: NodeState;
}
