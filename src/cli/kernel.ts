import { type LiveTexts, ReadLiveError, readLive } from "../apply/read-live.ts";
import type { NodeState } from "../lang/node-state.ts";
import { type ReadStates, readStates } from "./states.ts";
import type { Voice } from "./terminal.ts";
import type { ToolText } from "./texts.ts";
import { Trouble } from "./trouble.ts";

/** Reads what the kernel of this machine holds, for the families and the mode of some states. */
export async function readKernel(wanted: readonly NodeState[], timeoutSeconds?: number): Promise<LiveTexts> {
	const isIpvs = wanted.some(({ virtualServers }) => virtualServers !== undefined);
	try {
		return await readLive(
			wanted.map(({ family }) => family),
			isIpvs,
			timeoutSeconds,
		);
	} catch (error) {
		if (error instanceof ReadLiveError) throw new Trouble(error.message);
		throw error;
	}
}

/** What was read, as states. A node without any rules prints nothing, which is no mistake here. */
export function statesIn(live: LiveTexts, voice: Voice): ReadStates {
	const texts: readonly ToolText[] = [
		...live.iptables.map(({ program, family, text }) => ({
			tool: "iptables" as const,
			source: program,
			family,
			text: text.trim() === "" ? EMPTY : text,
		})),
		...optional("ipvsadm", live.ipvsadm),
		...optional("ipset", live.ipset),
		...optional("ip", live.addresses),
	];
	return { ...readStates(texts, undefined, voice), nftTables: live.nftTables };
}

/** What a node without rules comes to. */
const EMPTY = "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n";

function optional(tool: ToolText["tool"], text: string | undefined): readonly ToolText[] {
	return text === undefined ? [] : [{ tool, source: tool, family: undefined, text }];
}
