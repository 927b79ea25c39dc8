import { type LiveTexts, readLive, readLiveNft } from "../../apply/read-live.ts";
import { type MissingTool, ReadLiveError } from "../../apply/read-tool.ts";
import type { NodeState } from "../../lang/node-state.ts";
import type { Family } from "../../net/ip.ts";
import { Trouble } from "../../trouble.ts";
import type { Voice } from "../output/terminal.ts";
import { type ReadStates, readStates } from "./states.ts";
import type { ToolText } from "./texts.ts";

/**
 * Reads what the kernel of this machine holds, for the families and the mode of some states.
 *
 * @throws Trouble when a tool that is needed is missing or fails
 */
export async function readKernel(
	wanted: readonly NodeState[],
	{ timeoutSeconds, instead, isForLoading = false }: ReadKernelOptions,
): Promise<LiveTexts> {
	const isIpvs = wanted.some(({ virtualServers }) => virtualServers !== undefined);
	const families = wanted.map(({ family }) => family);
	try {
		if (!isOfNft(wanted)) return await readLive(families, isIpvs, timeoutSeconds);
		return await readLiveNft(families, isForLoading ? "kube-proxy" : "everybody", timeoutSeconds);
	} catch (error) {
		if (!(error instanceof ReadLiveError)) throw error;
		throw new Trouble(
			error.missing === undefined ? error.message : `${error.message}: ${remedy(error.missing, instead)}`,
		);
	}
}

/** How to read the kernel. */
export interface ReadKernelOptions {
	/** For each tool. */
	readonly timeoutSeconds?: number;
	/** What else the user can give when a tool is missing. */
	readonly instead?: string;
	/** Tables of others in nftables do not matter, but what other modes left does. */
	readonly isForLoading?: boolean;
}

/** Whether states are of the nftables mode. */
export function isOfNft(states: readonly NodeState[]): boolean {
	return states.some(({ nft }) => nft !== undefined);
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
