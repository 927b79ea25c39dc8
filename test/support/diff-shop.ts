import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import yaml from "js-yaml";
import { backends, buildModel, type Family, type Model, readProxyConfig, readSnapshot } from "../../src/index.ts";
import type { NodeState } from "../../src/lang/node-state.ts";

const ROOT = fileURLToPath(new URL("../../fixtures/shop/", import.meta.url));

/** The objects of fixtures/shop, as parsed. */
export function shopObjects(): readonly unknown[] {
	const texts = readdirSync(ROOT).map((file) => readFileSync(`${ROOT}${file}`, "utf8"));
	return texts.flatMap((text) => yaml.loadAll(text, undefined, { schema: yaml.CORE_SCHEMA }));
}

/** What kube-proxy knows on worker-1 of the shop; without nfacct counters, as in the dumps. */
export function shopModel(family: Family): Model {
	const { snapshot } = readSnapshot(shopObjects().map((value) => ({ value })));
	const { config } = readProxyConfig({ clusterCIDR: "10.244.0.0/16" });
	if (config === undefined) throw new Error("the configuration is refused");
	return buildModel(snapshot, { node: "worker-1", family, config, nfacct: false }).model;
}

/** What worker-1 of the shop should have. */
export function shopState(family: Family): NodeState {
	return compiledState(shopModel(family));
}

/** A model as what a node should have in iptables mode. */
export function compiledState(model: Model): NodeState {
	return backends.iptables((backend) => backend.state(backend.build(model)));
}
