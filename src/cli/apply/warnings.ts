import { hasKubeProxyRules } from "../../apply/owned.ts";
import type { PlannedCommand } from "../../apply/plan.ts";
import { indexNft } from "../../diff/nft/index.ts";
import { tableExtras } from "../../diff/nft/table-extras.ts";
import type { NodeState } from "../../lang/node-state.ts";
import { say, type Voice } from "../output/terminal.ts";
import type { Found } from "./machine.ts";

/** What is on this machine beside the rules of the mode at hand, and counts as well. */
export function warnBeside(
	{ beside, choice, nftTables, states }: Found,
	wanted: readonly NodeState[],
	voice: Voice,
): void {
	const warn = (what: string): void =>
		say(voice, "warning", `${what}, and they count as well: svcnat cleanup --all removes them, with all other rules`);
	if (choice !== undefined) {
		say(voice, "detail", `iptables-${choice.variant ?? "restore"} is used: ${choice.reason}`);
	}
	for (const other of beside.filter((one) => [...one.states.values()].some(hasKubeProxyRules))) {
		warn(`iptables${other.variant === undefined ? "" : `-${other.variant}`} holds rules of kube-proxy's too`);
	}
	const isIpvs = wanted.some(({ virtualServers }) => virtualServers !== undefined);
	const hasServers = [...states.values()].some(({ dummyIPs = [] }) => dummyIPs.length > 0);
	if (!isIpvs && hasServers) warn("there are addresses and virtual servers of the IPVS mode (kube-ipvs0)");
	if (nftTables.length > 0) warn(`there are tables of the nftables mode (${nftTables.join(", ")})`);
}

/** A table can only be rid of what is not its chains and sets by making it again. */
export function warnRemade({ states }: Pick<Found, "states">, voice: Voice): void {
	for (const state of states.values()) {
		const { table } = indexNft(state);
		const extras = table === undefined ? undefined : tableExtras(table);
		if (table === undefined || extras === undefined) continue;
		const name = `table ${table.family} ${table.name}`;
		say(
			voice,
			"warning",
			`${name} is deleted and made again in one step, because it has what kube-proxy does not make: ${extras}; clients remembered for session affinity are forgotten`,
		);
	}
}

/** From so many chains in one text on, iptables-nft takes minutes. */
const MANY_CHAINS = 30_000;

/** iptables-nft compares each chain with each: what takes legacy seconds may take it minutes. */
export function warnSlow(commands: readonly PlannedCommand[], voice: Voice): void {
	for (const { command } of commands) {
		if (!/^ip6?tables-nft-restore$/.test(command.program)) continue;
		const count = command.stdin?.match(/^:/gm)?.length ?? 0;
		if (count < MANY_CHAINS) continue;
		const reason = "its time grows with the square of their number, iptables-legacy takes seconds (--iptables legacy)";
		say(voice, "warning", `${command.program} will take minutes for ${count} chains: ${reason}`);
	}
}
