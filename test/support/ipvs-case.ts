import { backends, type Command, type Model } from "../../src/index.ts";
import { modelOfCase, type ReadCase } from "./compile-case.ts";

/** What is loaded in IPVS mode, and what the kernel then has. */
export interface IpvsCase {
	readonly name: string;
	/** What has to run before; as from `Backend.setup`. */
	readonly setup: readonly Command[];
	/** Texts by name of the part. */
	readonly parts: Readonly<Record<string, string>>;
}

/** What svcnat says about a captured cluster state, both families. */
export function ipvsCase(read: ReadCase): IpvsCase {
	const { name } = read.case;
	const models = (["ipv4", "ipv6"] as const).map((family) => {
		const model = modelOfCase(read, "1.36", family);
		if (model === undefined) throw new Error(`${name}: the configuration was refused`);
		return model;
	});
	return ipvsCaseOf(name, models);
}

/** What svcnat says about models of one node. */
export function ipvsCaseOf(name: string, models: readonly Model[]): IpvsCase {
	return backends.ipvs((backend) => {
		const rules = models.map((model) => backend.build(model));
		const parts = backend.parts(rules).map((part) => [part.name, part.print()] as const);
		return { name, setup: backend.setup(rules), parts: Object.fromEntries(parts) };
	});
}
