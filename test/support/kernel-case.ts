import { backends, type Command, type Family, type KubeVersion, type Model } from "../../src/index.ts";
import { modelOfCase, readCase } from "./compile-case.ts";
import { iptablesTexts } from "./compile-objects.ts";
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
	const model = modelOfCase(readCase(oracleCase), kubeVersion, family);
	if (model === undefined) throw new Error(`${oracleCase.name}: the configuration was refused`);
	return kernelCaseOf(model);
}

/** What svcnat says about a model in iptables mode. */
export function kernelCaseOf(model: Model): KernelCase {
	return backends.iptables((backend) => {
		const rules = [backend.build(model)];
		const texts = iptablesTexts(backend.parts(rules));
		return { requirements: backend.requirements(rules), setup: backend.setup(rules), ...texts };
	});
}

/** What iptables-save printed, without its comment lines and with no packets counted. */
export function withoutCounts(save: string): string {
	return save.replaceAll(/^#.*\n/gm, "").replaceAll(/^(:.*) \[\d+:\d+\]$/gm, "$1 [0:0]");
}

/** iptables-legacy has tables in the order in which the kernel got to know them; everything else has an order to keep. */
export function withSortedTables(save: string): string {
	const tables = save.split(/(?<=^COMMIT\n)/m);
	return tables.sort().join("");
}
