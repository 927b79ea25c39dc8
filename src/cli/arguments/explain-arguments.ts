import type { CompileArguments } from "../compile/compile.ts";

/** Options of `explain` beside those of every command that compiles. */
export interface ExplainArguments extends CompileArguments {
	/** What is asked about; exactly one. */
	readonly operands: readonly string[];
	readonly namespace?: string | undefined;
	readonly clusterDomain?: string | undefined;
	readonly output?: string | undefined;
	readonly compare?: string | undefined;
}
