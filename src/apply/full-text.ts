import { isKubeletRule } from "../diff/iptables/compare.ts";
import { isKubeProxyChain } from "../kube/chains.ts";
import { rulePrinter } from "../lang/iptables/print.ts";
import type { Table } from "../lang/iptables/ruleset.ts";
import type { NodeState } from "../lang/node-state.ts";

/**
 * A text for `iptables-restore --noflush` that writes every chain of kube-proxy's anew, whatever it holds, but for the
 * kubelet's rule in KUBE-FIREWALL; what else changes (jumps, chains that are left over) is taken from the text of the
 * smallest change.
 *
 * @param smallest as `transaction` gives it; empty when nothing differs
 */
export function fullText(live: NodeState, wanted: NodeState, smallest: string): string {
	const print = rulePrinter(wanted.family, "save");
	const rest = linesByTable(smallest);
	const names = new Set([...(wanted.iptables ?? []).map(({ name }) => name), ...rest.keys()]);
	return [...names]
		.map((name) => {
			const { chains = [], rules = [] } = tableOf(wanted, name) ?? {};
			const own = new Set(chains.map((chain) => chain.name).filter(isKubeProxyChain));
			const kubelets = (tableOf(live, name)?.rules ?? []).filter(isKubeletRule);
			const owned = rules.filter((rule) => own.has(rule.chain) && !isKubeletRule(rule));
			const others = (rest.get(name) ?? []).filter((line) => !own.has(chainOf(line)));
			const lines = [
				...[...own].map((chain) => `:${chain} - [0:0]`),
				...others.filter((line) => line.startsWith(":")),
				...[...kubelets, ...owned].map(print),
				...others.filter((line) => !line.startsWith(":")),
			];
			return lines.length === 0 ? "" : `*${name}\n${lines.map((line) => `${line}\n`).join("")}COMMIT\n`;
		})
		.join("");
}

function tableOf({ iptables = [] }: NodeState, name: string): Table | undefined {
	return iptables.find((table) => table.name === name);
}

function chainOf(line: string): string {
	return line.startsWith(":") ? (line.slice(1).split(" ")[0] ?? "") : (line.split(" ")[1] ?? "");
}

function linesByTable(text: string): ReadonlyMap<string, readonly string[]> {
	const tables = new Map<string, string[]>();
	let lines: string[] = [];
	for (const line of text.split("\n")) {
		if (line.startsWith("*")) {
			lines = [];
			tables.set(line.slice(1), lines);
		} else if (line !== "COMMIT" && line !== "") lines.push(line);
	}
	return tables;
}
