import type { ExplainContext } from "../../../src/explain/context.ts";
import { backends, buildModel, readProxyConfig, readSnapshot } from "../../../src/index.ts";
import type { Cluster } from "./cluster.ts";

/** A cluster compiled for node n1. */
export function clusterContext({ objects, config: own, kubeVersion = "1.36", families }: Cluster): ExplainContext {
	const { snapshot } = readSnapshot(objects.map((value) => ({ value })));
	const value = { clusterCIDR: "10.244.0.0/16,fd00:10:244::/56", ...own };
	const { config } = readProxyConfig(value, { kubeVersion });
	if (config === undefined) throw new Error("the configuration is refused");
	const nodes = (families ?? ["ipv4", "ipv6"]).map((family) => {
		const { model } = buildModel(snapshot, { node: "n1", family, config, kubeVersion });
		return { model, state: backends[config.mode]((backend) => backend.state(backend.build(model))) };
	});
	return { snapshot, nodes };
}
