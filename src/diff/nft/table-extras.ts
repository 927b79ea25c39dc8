import type { Table } from "../../lang/nft/table.ts";

/**
 * What kube-proxy never makes in its table, on one line: that it is switched off (`flags dormant`), objects of somebody else
 * (`counter mine { packets 0 bytes 0 }`). Undefined: nothing.
 */
export function tableExtras({ unknown }: Table): string | undefined {
	return unknown.length === 0 ? undefined : unknown.map((text) => text.replaceAll(/\s+/g, " ")).join(" ; ");
}
