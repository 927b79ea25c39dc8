import type { Family } from "../net/ip.ts";
import type { RuleText } from "./rule-text.ts";

/** A chain with the rules that a service port has there. */
export interface OwnedChain {
	readonly family: Family;
	readonly table: string;
	readonly name: string;
	readonly servicePort: string;
	/** The endpoint (`ip:port`) that a chain of its own is about; undefined: none in particular. */
	readonly endpoint: string | undefined;
	/** Other Services have rules there too. */
	readonly isShared: boolean;
	readonly purpose: string;
	readonly rules: readonly RuleText[];
}
