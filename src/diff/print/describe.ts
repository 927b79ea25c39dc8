import { printCommand } from "../../lang/command.ts";
import type { Difference } from "../diff.ts";
import type { ChainChange } from "../iptables/compare.ts";
import type { NftChainChange } from "../nft/compare.ts";

/** Comparisons of one node as plain JSON data, families put together. Documented in docs/json.md. */
export function describeDifferences(differences: readonly Difference[]): unknown {
	const isDual = differences.length > 1;
	return {
		equal: differences.every(({ equal }) => equal),
		leftovers: [...new Set(differences.flatMap(({ leftovers }) => leftovers))],
		services: differences.flatMap(({ family, services }) =>
			services.map((service) => ({ ...(isDual ? { ipFamily: family } : {}), ...service })),
		),
		rules: {
			added: differences.flatMap(({ added }) => added.map(({ text }) => text)),
			removed: differences.flatMap(({ removed }) => removed.map(({ text }) => text)),
		},
		chains: differences.flatMap((difference) =>
			chainsOf(difference).map(({ table, chain, existence, added, removed, moved }) => ({
				...(isDual ? { ipFamily: difference.family } : {}),
				table,
				chain,
				existence,
				added: added.length,
				removed: removed.length,
				moved: moved.length,
			})),
		),
		conntrack: differences.flatMap(({ conntrack }) => conntrack.map(({ command }) => printCommand(command))),
		findings: differences.flatMap(({ findings }) => findings),
	};
}

type ChainSummary = Pick<ChainChange, "table" | "chain"> & Pick<NftChainChange, "existence"> & ChangeLists;

type ChangeLists = Readonly<Record<"added" | "removed" | "moved", readonly unknown[]>>;

function chainsOf({ family, chains, nft }: Difference): readonly ChainSummary[] {
	const table = `${family === "ipv4" ? "ip" : "ip6"} kube-proxy`;
	return [...chains, ...(nft?.chains ?? []).map((change) => ({ table, ...change }))];
}
