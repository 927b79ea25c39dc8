import {
	backends,
	buildModel,
	type Family,
	type KubeVersion,
	type Model,
	type Part,
	readProxyConfig,
	readSnapshot,
} from "../../src/index.ts";
import { NODE, type Objects } from "./arbitrary-snapshot.ts";

/** What a test compiles. */
export interface CompileInput {
	readonly objects: Objects;
	readonly family: Family;
	readonly config?: unknown;
	readonly kubeVersion?: KubeVersion;
}

/** The model of raw objects. */
export function modelOf({ objects, family, config: value, kubeVersion = "1.36" }: CompileInput): Model {
	const { snapshot } = readSnapshot(objects.map((object) => ({ value: object })));
	const { config } = readProxyConfig(value ?? {}, { kubeVersion });
	if (config === undefined) throw new Error("the configuration is refused");
	return buildModel(snapshot, { node: NODE, family, config, kubeVersion }).model;
}

/** The texts of raw objects in iptables mode: what is loaded and what is printed afterwards. */
export function textsOf(input: CompileInput): IptablesTexts {
	const model = modelOf(input);
	return iptablesTexts(backends.iptables((backend) => backend.parts([backend.build(model)])));
}

/** The two texts of iptables for one family. */
export interface IptablesTexts {
	readonly restore: string;
	readonly save: string;
}

/** The two texts of iptables among the parts of one family. */
export function iptablesTexts(parts: readonly Part[]): IptablesTexts {
	const text = (prefix: string): string => parts.find(({ name }) => name.startsWith(prefix))?.print() ?? "";
	return { restore: text("restore."), save: text("save.") };
}
