import type { ProxyMode } from "../config/proxy-config.ts";
import type { Command } from "../lang/command.ts";
import type { NodeState } from "../lang/node-state.ts";
import type { Model } from "../model/model.ts";
import type { Sysctl } from "./sysctl.ts";

/** What a backend is. `R` is its rule data for one family; nobody outside the backend looks inside. */
export interface Backend<R> {
	readonly mode: ProxyMode;
	/**
	 * The rules for one model. They are equal with and without those of an earlier model, `before`; a mode may take over as objects
	 * what is the same in both, so that `diff` need not look at it.
	 */
	readonly build: (model: Model, before?: R) => R;
	/** Every text of the mode, for the families of `rules`: first those that are loaded, in the order of loading. */
	readonly parts: (rules: readonly R[]) => readonly Part[];
	/** Why there are requirements, and how to do without; ends before a list of commands. */
	readonly requirementsReason: string;
	/** What has to exist in the kernel before the parts can be loaded. */
	readonly requirements: (rules: readonly R[]) => readonly Command[];
	/** What has to run before the parts are loaded, so that the result is what the printers show. */
	readonly setup: (rules: readonly R[]) => readonly Command[];
	/** Settings of the kernel that the mode needs; families may repeat each other. */
	readonly sysctls: (rules: readonly R[]) => readonly Sysctl[];
	/** The rules as what the kernel then has. */
	readonly state: (rules: R) => NodeState;
	/** The rules as plain JSON data with their origins. */
	readonly describe: (rules: R, options: DescribeOptions) => unknown;
}

/** One text of a mode. */
export interface Part {
	/** As in `--output-dir`: `restore.v4.txt`. */
	readonly name: string;
	/** The command that loads it; undefined: it is not for loading. */
	readonly loader: string | undefined;
	/** The command that prints it afterwards; undefined: none does. */
	readonly printer: string | undefined;
	/** Its text; made when it is asked for. */
	readonly print: () => string;
}

/** What a description is narrowed to. */
export interface DescribeOptions {
	/** Whether a service port (`shop/web:http`) is among them; undefined: all are, and so are rules that belong to none. */
	readonly isWanted?: ((servicePort: string) => boolean) | undefined;
}
