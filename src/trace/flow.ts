import type { VirtualServer } from "../lang/ipvs/table.ts";
import type { SetLookup } from "./match-set.ts";
import type { Outcome, Step } from "./outcome.ts";
import type { NodeAddresses, Packet } from "./packet.ts";
import type { FindVirtualServer } from "./virtual-servers.ts";

/** A packet on its way: one of the ways it may take. */
export interface Flow {
	readonly from: string;
	readonly to: string;
	readonly port: number;
	readonly mark: number;
	/** The mark of its connection. */
	readonly connmark: number;
	/** DNAT has changed its destination. */
	readonly isTranslated: boolean;
	readonly isMasqueraded: boolean;
	/** The one that took it. */
	readonly virtualServer: VirtualServer | undefined;
	readonly probability: number;
	/** No question was left open on the way. */
	readonly isWayCertain: boolean;
	/** The last step first. */
	readonly steps: StepList | undefined;
	/** Where its outcome goes. */
	readonly outcomes: Outcome[];
}

/** Steps that several ways may have in common. */
export interface StepList {
	readonly step: Step;
	readonly before: StepList | undefined;
}

/** What does not change on the way. */
export interface Journey {
	readonly packet: Packet;
	readonly node: NodeAddresses;
	/** The node's first address of the packet's family; undefined: not known. */
	readonly ownIP: string | undefined;
	/** By which interface a destination is reached, as far as it is known. */
	readonly interfaceTo: (ip: string) => string | undefined;
	/** Whether an address is one of the node's own. */
	readonly isLocal: (ip: string) => boolean;
	/** The node's address towards a destination; undefined when it has none of the family. */
	readonly sourceFor: (ip: string) => string | undefined;
	/** Whether the client is remembered under a name, as `recent` and sets of nftables do; undefined: for no endpoint. */
	readonly isRemembered: (list: string) => boolean | undefined;
	readonly isInSet: SetLookup;
	readonly findServer: FindVirtualServer;
	/** The endpoint (`ip:port`) the client was sent to before. */
	readonly affinity: string | undefined;
	/** The node is in IPVS mode, and nobody says what its virtual servers are. */
	readonly lacksServers: boolean;
}

/** The flow, one step on. */
export function withStep(flow: Flow, step: Step): Flow {
	return { ...flow, steps: { step, before: flow.steps } };
}

/** The flow, behind a rule of which nobody can tell whether it matches, where the packet's end does not depend on it. */
export function withOpenQuestion(flow: Flow): Flow {
	return flow.isWayCertain ? { ...flow, isWayCertain: false } : flow;
}

/** Steps in the order passed. */
export function stepsOf({ steps }: Flow): readonly Step[] {
	const list: Step[] = [];
	for (let at = steps; at !== undefined; at = at.before) list.push(at.step);
	return list.reverse();
}
