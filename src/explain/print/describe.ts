import { printCIDR } from "../../net/cidr.ts";
import type { Explanation } from "../explanation.ts";
import type { AddressExplanation, ChainExplanation, PlacedReach, SetExplanation } from "../lookup-explanation.ts";
import type { NodeExplanation } from "../node-explanation.ts";
import { describeReach, describeService } from "./describe-service.ts";

/** An explanation as plain JSON data. Documented in docs/json.md. Absent fields do not apply. */
export function describeExplanation(explanation: Explanation): unknown {
	switch (explanation.kind) {
		case "service":
			return describeService(explanation);
		case "address":
			return describeAddress(explanation);
		case "chain":
			return describeChain(explanation);
		case "set":
			return describeSet(explanation);
		case "node":
			return describeNode(explanation);
	}
}

function describeAddress({ name, node, owners, traffic, findings }: AddressExplanation): unknown {
	return { address: name, node, owners, traffic: traffic.map(describePlace), findings };
}

function describePlace({ reaches, ...place }: PlacedReach): unknown {
	const clients = reaches.map((one) => ({
		...(describeReach(one) as object),
		shares: [...one.shares].map(([endpoint, share]) => ({ endpoint, share })),
	}));
	return { ...place, clients };
}

function describeChain({ name, node, servicePort, endpoint, purpose, places, findings }: ChainExplanation): unknown {
	const tables = places.map(({ family, ...place }) => ({ ipFamily: family, ...place }));
	return { chain: name, node, servicePort, endpoint, purpose, tables, findings };
}

function describeSet({ name, node, servicePort, endpoint, purpose, places, findings }: SetExplanation): unknown {
	const tables = places.map(({ family, ...place }) => ({ ipFamily: family, ...place }));
	return { set: name, node, servicePort, endpoint, purpose, tables, findings };
}

function describeNode({ kind, name, mode, podCIDRs, families, endpoints, ...rest }: NodeExplanation): unknown {
	return {
		node: name,
		proxyMode: mode,
		...rest,
		podCIDRs: podCIDRs.map(printCIDR),
		families: families.map(({ family, ...one }) => ({ ipFamily: family, ...one })),
		endpoints: endpoints.map(({ isUsed, ...one }) => ({ ...one, used: isUsed })),
	};
}
