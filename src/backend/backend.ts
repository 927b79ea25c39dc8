import type { ProxyMode } from "../config/proxy-config.ts";
import type { Command } from "../lang/command.ts";
import type { Model } from "../model/model.ts";

/** What a backend is. `R` is its rule data for one family; nobody outside the backend looks inside. */
export interface Backend<R> {
	readonly mode: ProxyMode;
	/** The rules for one model. */
	readonly build: (model: Model) => R;
	/** The texts of the mode: of each family in `rules`, in their order; every part of the mode, in the order of loading. */
	readonly parts: (rules: readonly R[]) => readonly Part[];
	/** What has to exist in the kernel before the parts can be loaded. */
	readonly requirements: (rules: readonly R[]) => readonly Command[];
	/** What has to run before the parts are loaded, so that the result is what `saved` parts show. */
	readonly setup: (rules: readonly R[]) => readonly Command[];
	/** The rules as plain JSON data with their origins. */
	readonly describe: (rules: R, options: DescribeOptions) => unknown;
}

/** One text of a mode. */
export interface Part {
	/** As in `--output-dir`: `restore.v4.txt`. */
	readonly name: string;
	/** `loaded`: what a tool reads. `saved`: what a tool prints afterwards. `both`: the same text is read and printed. */
	readonly form: "loaded" | "saved" | "both";
	/** The tool that reads or prints it, with its arguments. */
	readonly tool: string;
	/** Its text; made when it is asked for. */
	readonly print: () => string;
}

/** What a description is narrowed to. */
export interface DescribeOptions {
	/** Only rules of Services in this namespace. */
	readonly namespace?: string | undefined;
}
