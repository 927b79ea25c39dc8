import { isLoopback } from "../net/ip.ts";
import { newTracer, type Tracer } from "../trace/trace.ts";
import type { ExplainContext, NodeInFamily } from "./context.ts";

/** A node in one family, with its rules ready to be traced. */
export interface Prepared extends NodeInFamily {
	readonly tracer: Tracer;
}

const KNOWN = new WeakMap<NodeInFamily, Prepared>();

/** Makes the rules of each family ready; those of a context once, however many questions there are. */
export function prepare({ nodes }: ExplainContext): readonly Prepared[] {
	return nodes.map((node) => {
		const prepared = KNOWN.get(node) ?? prepareOne(node);
		KNOWN.set(node, prepared);
		return prepared;
	});
}

function prepareOne({ model, state }: NodeInFamily): Prepared {
	const { ips, interfaceIPs } = model.node;
	const further = interfaceIPs.filter((ip) => !isLoopback(ip) && !ips.includes(ip));
	return { model, state, tracer: newTracer(state, { ips: [...ips, ...further], interfaces: [] }) };
}
