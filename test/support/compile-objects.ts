import {
	backends,
	buildModel,
	type Family,
	type KubeVersion,
	type Model,
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

/** The texts of raw objects: what is loaded and what is printed afterwards. */
export function textsOf(input: CompileInput): { readonly restore: string; readonly save: string } {
	const model = modelOf(input);
	const parts = backends.iptables((backend) => backend.parts([backend.build(model)]));
	const text = (form: string): string => parts.find((part) => part.form === form)?.print() ?? "";
	return { restore: text("loaded"), save: text("saved") };
}
