import { BEHAVIOURS, type FeatureGate, type KubeVersion } from "../config/kube-version.ts";
import type { ProxyConfig } from "../config/proxy-config.ts";
import type { Family } from "../net/ip.ts";
import type { ServicePortContext } from "./build-service-ports.ts";
import type { LocalNode } from "./local-node.ts";

/** Everything of a model that all service ports depend on, beside the Services and their slices. A model is one. */
export interface Frame {
	readonly family: Family;
	readonly kubeVersion: KubeVersion;
	readonly node: Pick<LocalNode, "name" | "zone" | "ips">;
	readonly config: Pick<ProxyConfig, "featureGates">;
}

/** Whether service ports that were built within one frame would be the same within the other. */
export function sameFrame(a: Frame, b: Frame): boolean {
	return frameKey(a) === frameKey(b);
}

function frameKey({ family, kubeVersion, node, config }: Frame): string {
	return JSON.stringify([family, kubeVersion, node.name, node.zone, node.ips, config.featureGates]);
}

/** What building service ports gets to know of its frame. */
export function contextOf(frame: Frame): Omit<ServicePortContext, "problems"> {
	const { family, kubeVersion, node } = frame;
	const isGateOn = gateReader(frame);
	return { family, nodeName: node.name, node, behaviour: BEHAVIOURS[kubeVersion], isGateOn };
}

/** Tells whether a gate is on: as the configuration says, else as the version has it. */
export function gateReader({ kubeVersion, config }: Pick<Frame, "kubeVersion" | "config">) {
	const { gates } = BEHAVIOURS[kubeVersion];
	return (gate: FeatureGate): boolean => {
		const byDefault = gates[gate];
		if (byDefault === undefined) return false;
		return config.featureGates[gate] ?? byDefault !== "off";
	};
}
