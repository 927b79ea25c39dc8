import { hostPort } from "../net/ip.ts";
import type { Service } from "../snapshot/snapshot.ts";
import type { ExplainContext } from "./context.ts";
import { explainAddress, explainNodePort } from "./explain-address.ts";
import { explainChain } from "./explain-chain.ts";
import { explainSet } from "./explain-nft-name.ts";
import { explainNode } from "./explain-node.ts";
import { explainService } from "./explain-service.ts";
import type { Explanation, NotFound } from "./explanation.ts";
import { findService } from "./find-service.ts";
import { prepare } from "./prepare.ts";
import type { Target } from "./target.ts";

/** How an explanation is made. */
export interface ExplainOptions {
	/** Only Services of this namespace count; undefined: all. */
	readonly namespace?: string | undefined;
	/** The cluster's DNS domain; default `cluster.local`. */
	readonly clusterDomain?: string | undefined;
}

/** Explains a Service, an address, a node port, a chain or the node. Pure; shares come from the rules, by tracing them. */
export function explain(context: ExplainContext, target: Target, options: ExplainOptions = {}): Explanation | NotFound {
	const { namespace, clusterDomain = "cluster.local" } = options;
	const services = inNamespace(context.snapshot.services, namespace);
	switch (target.kind) {
		case "service": {
			const found = findService(context.snapshot.services, target);
			if ("message" in found)
				return nodeMeant(context, target, options) ?? nameMeant(context, target, options) ?? found;
			return explainService(context, prepare(context), { ...found, clusterDomain });
		}
		case "address": {
			const { ip, port } = target;
			const name = port === undefined ? ip : hostPort(ip, port);
			return explainAddress(context, prepare(context), services, target) ?? nobodys(name);
		}
		case "node-port":
			return explainNodePort(context, prepare(context), services, target) ?? noNodePort(target.port);
		case "chain":
			return (
				explainChain(context, services, target.name) ??
				explainSet(context, services, target.name) ??
				noChain(context, target.name)
			);
		case "node":
			return explainNode(context, services) ?? { kind: "not-found", message: "there is no node" };
	}
}

/** A Node of that name, if no Service has it: the node at hand, or where to ask; undefined: there is none either. */
function nodeMeant(
	context: ExplainContext,
	{ namespace: asked, name, port }: Extract<Target, { readonly kind: "service" }>,
	{ namespace }: ExplainOptions,
): Explanation | NotFound | undefined {
	const { services, nodes } = context.snapshot;
	if (asked !== namespace || port !== undefined || services.some((service) => service.name === name)) return undefined;
	if (context.nodes[0]?.model.node.name === name) return explainNode(context, inNamespace(services, namespace));
	if (!nodes.some((node) => node.name === name)) return undefined;
	const message = `there is no Service ${JSON.stringify(name)}, but a Node: svcnat explain node --node ${name} explains it`;
	return { kind: "not-found", message };
}

/** A chain, a set or a map that all Services share: in the nftables mode they have names like Services. */
function nameMeant(
	context: ExplainContext,
	{ namespace: asked, name, port }: Extract<Target, { readonly kind: "service" }>,
	{ namespace }: ExplainOptions,
): Explanation | undefined {
	const { services } = context.snapshot;
	if (asked !== namespace || port !== undefined || services.some((service) => service.name === name)) return undefined;
	return explainChain(context, services, name) ?? explainSet(context, services, name);
}

function inNamespace(services: readonly Service[], namespace: string | undefined): readonly Service[] {
	return namespace === undefined ? services : services.filter((service) => service.namespace === namespace);
}

function nobodys(name: string): NotFound {
	const meaning = "no Service, endpoint, node or pod network in the input has it, so no rule translates packets to it";
	return { kind: "not-found", message: `${name} is nobody's that this snapshot knows: ${meaning}` };
}

function noNodePort(port: number): NotFound {
	const meaning =
		"no Service in the input has this node port, so packets to it go to a process on the node, if one listens";
	return { kind: "not-found", message: `node:${port} is nobody's that this snapshot knows: ${meaning}` };
}

function noChain({ nodes }: ExplainContext, name: string): NotFound {
	const mode = nodes[0]?.model.config.mode;
	const isNft = name.includes("/");
	const isOfService = isNft || /^KUBE-(?:SVC|SVL|EXT|FW|SEP)-/.test(name);
	const meaning = !isOfService
		? "it is none of kube-proxy's in this mode"
		: isNft !== (mode === "nftables")
			? `${isNft ? "the nftables mode has" : "the iptables mode has"} such names, and this is the ${mode} mode (--proxy-mode)`
			: `the ${isNft ? "part before the namespace" : "part behind the last dash"} is a hash of service port, protocol and perhaps endpoint, so it belongs to one that is not in the input, or not in this state`;
	return { kind: "not-found", message: `the node has no chain ${JSON.stringify(name)}: ${meaning}` };
}
