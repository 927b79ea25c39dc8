import { type LiveTexts, type MissingTool, ReadLiveError, readLive, readLiveNft } from "../apply/read-live.ts";
import type { NodeState } from "../lang/node-state.ts";
import type { Family } from "../net/ip.ts";
import { Trouble } from "../trouble.ts";
import { type ReadStates, readStates } from "./states.ts";
import type { Voice } from "./terminal.ts";
import type { ToolText } from "./texts.ts";

/**
 * Reads what the kernel of this machine holds, for the families and the mode of some states.
 *
 * @param options of them `timeoutSeconds` for each tool, and `instead`: what else the user can give when a tool is missing
 */
export async function readKernel(
	wanted: readonly NodeState[],
	{ timeoutSeconds, instead }: { readonly timeoutSeconds?: number; readonly instead?: string },
): Promise<LiveTexts> {
	const isIpvs = wanted.some(({ virtualServers }) => virtualServers !== undefined);
	try {
		if (wanted.some(({ nft }) => nft !== undefined)) return await readLiveNft(timeoutSeconds);
		return await readLive(
			wanted.map(({ family }) => family),
			isIpvs,
			timeoutSeconds,
		);
	} catch (error) {
		if (!(error instanceof ReadLiveError)) throw error;
		throw new Trouble(
			error.missing === undefined ? error.message : `${error.message}: ${remedy(error.missing, instead)}`,
		);
	}
}

/** cron and systemd look into fewer directories than a shell does. */
function remedy({ packageName, family }: MissingTool, instead: string | undefined): string {
	const ways = [`install ${packageName}`, `let PATH, which is ${process.env["PATH"] ?? "not set"}, lead to it`];
	const more = [...(family === "ipv6" ? [withoutFamily(family)] : []), ...(instead === undefined ? [] : [instead])];
	return [...ways, ...more].join(", or ");
}

/** How to do without the rules of a family, in words. */
export function withoutFamily(family: Family): string {
	const [left, other] = family === "ipv6" ? ["IPv6", "ipv4"] : ["IPv4", "ipv6"];
	return `leave ${left} out (--ip-family ${other})`;
}

/**
 * What was read, as states. A node without any rules prints nothing, which is no mistake here.
 *
 * @param families `ipv4`, `ipv6` or `dual`: whom tables of nftables are read for; undefined: those of kube-proxy's tables
 */
export function statesIn(live: LiveTexts, voice: Voice, families?: string): ReadStates {
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
		...optional("nft", live.nft),
	];
	return { ...readStates(texts, families, voice), nftTables: live.nftTables };
}

/** What a node without rules comes to. */
const EMPTY = "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n";

function optional(tool: ToolText["tool"], text: string | undefined): readonly ToolText[] {
	return text === undefined ? [] : [{ tool, source: tool, family: undefined, text }];
}
