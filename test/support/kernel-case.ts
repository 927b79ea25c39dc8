import { backends, buildModel, type Command, type Family, type KubeVersion } from "../../src/index.ts";
import { parseIP, readProxyConfig } from "../../src/index.ts";
import { readCase } from "./compile-case.ts";
import type { Variant } from "./kernel-load.ts";
import type { OracleCase } from "./oracle.ts";

/** What svcnat says about one captured cluster state: what to run, what to load, and what the kernel then has. */
export interface KernelCase {
	readonly requirements: readonly Command[];
	readonly setup: readonly Command[];
	readonly restore: string;
	readonly save: string;
}

/** Compiles a captured cluster state for one family. */
export function kernelCase(oracleCase: OracleCase, family: Family, kubeVersion: KubeVersion): KernelCase {
	const read = readCase(oracleCase);
	const { config } = readProxyConfig(read.config, { kubeVersion });
	if (config === undefined) throw new Error(`${oracleCase.name}: the configuration was refused`);
	const { nodeName: node, nodeIPs, interfaces = [] } = oracleCase.config;
	const cidrs = interfaces.flatMap(({ addresses }) => addresses ?? []);
	const { model } = buildModel(read.read.snapshot, {
		node,
		nodeIPs: nodeIPs.flatMap((ip) => parseIP(ip) ?? []),
		interfaceIPs: cidrs.flatMap((cidr) => parseIP(cidr.split("/")[0] ?? "") ?? []),
		family,
		config,
		kubeVersion,
	});
	return backends.iptables((backend) => {
		const rules = [backend.build(model)];
		const parts = backend.parts(rules);
		const text = (form: "loaded" | "saved") => parts.find((part) => part.form === form)?.print() ?? "";
		const [requirements, setup] = [backend.requirements(rules), backend.setup(rules)];
		return { requirements, setup, restore: text("loaded"), save: text("saved") };
	});
}

/**
 * What iptables-save prints, in a form to compare: no comment lines, and no counts of packets. iptables-legacy has its
 * tables in the order in which the kernel got to know them, so they are sorted; otherwise every line stays as it is.
 */
export function comparable(save: string, variant: Variant): string {
	const text = save.replaceAll(/^#.*\n/gm, "").replaceAll(/^(:.*) \[\d+:\d+\]$/gm, "$1 [0:0]");
	if (variant === "nft") return text;
	return text
		.split(/(?<=^COMMIT\n)/m)
		.sort()
		.join("");
}
