import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Command, type Family, printCommand } from "../../src/index.ts";
import type { IP } from "../../src/net/ip.ts";
import type { Protocol } from "../../src/net/protocol.ts";
import { PRIVATE_LOCK, programOf } from "./diff-kernel.ts";
import type { Variant } from "./kernel-load.ts";
import { runInNamespace } from "./namespace.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

/** A node in a network namespace, with rules and what is around it. */
export interface Lab {
	readonly family: Family;
	readonly variant: Variant;
	/** What has to exist before the rules are loaded. */
	readonly requirements: readonly Command[];
	/** As iptables-save prints them. */
	readonly rules: string;
	readonly network: LabNetwork;
}

/** Namespaces with veth pairs from one of them, `node`, to others. */
export interface LabNetwork {
	/** The node's interfaces, and in which space the other end is; there it is called `peer-…`. */
	readonly links: Readonly<Record<string, string>>;
	readonly spaces: Readonly<Record<string, LabSpace>>;
}

/** One namespace. */
export interface LabSpace {
	/** `net/ipv4/ip_forward`: `1`; set before there are interfaces. Those that the kernel lacks are passed over. */
	readonly sysctls: Readonly<Record<string, string>>;
	/** Lines for `ip -batch`, run in the order of the spaces, when all links are there. */
	readonly commands: readonly string[];
}

/** A packet to be sent. */
export interface LabPacket {
	readonly from: IP;
	readonly to: IP;
	readonly port: number;
	readonly protocol: Protocol;
	readonly sourcePort: number;
	/** The link by which it arrives; absent: the node sends it. */
	readonly in?: string | undefined;
	/** The kernel keeps what it remembers of clients for session affinity; else it is made to forget all before. */
	readonly keepsClients?: boolean;
	/** Seconds to wait before. */
	readonly wait?: number;
}

/** What the kernel told of a packet. */
export interface LabResult {
	readonly steps: readonly LabStep[];
	/** The last step dropped it; only told by nftables. */
	readonly dropped?: boolean;
	/** The packet at the last of the steps, with iptables-nft at the entry into the last base chain. */
	readonly last?: Seen;
	/** The packet, or the error about it, where it came out; absent when it did not. */
	readonly seen?: Seen & { readonly kind: "forwarded" | "delivered" | "rejected"; readonly error?: string };
}

/** Table, chain, what happened, position (of the rule, or after the last one), and the mark before, if it is told. */
export type LabStep = readonly [string, string, "rule" | "return" | "policy", number, number?];

/** A packet's addresses at some place. */
export interface Seen {
	readonly source: string;
	readonly destination: string;
	readonly port: number;
}

/** Sends packets one by one through the rules of a lab. Results in the order of the packets. */
export async function sendPackets(lab: Lab, packets: readonly LabPacket[]): Promise<readonly LabResult[]> {
	const results = await runLab("send-packets", { ...lab, rules: lab.rules + TRACED }, { packets });
	expectAsMany(results, packets);
	return results as readonly LabResult[];
}

/** Sends a packet many times from consecutive source ports. How often it came out where, by `ip port`. */
export async function countPackets(
	lab: Lab,
	packet: LabPacket,
	times: number,
): Promise<Readonly<Record<string, number>>> {
	const [result] = await runLab("send-packets", lab, { packets: [{ ...packet, times }] });
	return (result as { readonly counts: Readonly<Record<string, number>> }).counts;
}

const SELECTED = ["-p tcp --syn", "-p udp", "-p sctp"];
const TRACED = [
	"*raw",
	...["PREROUTING", "OUTPUT"].flatMap((chain) => SELECTED.map((selected) => `-A ${chain} ${selected} -j TRACE`)),
	"COMMIT\n",
].join("\n");

/** A node whose rules are those of nftables. */
export interface NftLab {
	readonly family: Family;
	readonly network: LabNetwork;
	/** For `nft -f -`. */
	readonly rules: string;
	/** Sets that hold clients, with family and table: `ip kube-proxy affinity-…`. */
	readonly clients: readonly string[];
}

/** Table in which packets are marked for tracing; no rule of it counts. */
export const TRACING_TABLE = "inet svcnat-tracing";

const NFTRACED = `table ${TRACING_TABLE} {
${["prerouting", "output"]
	.map(
		(hook) => `	chain ${hook} {
		type filter hook ${hook} priority -350;
		tcp flags & (fin|syn|rst|ack) == syn meta nftrace set 1
		meta l4proto { udp, sctp } meta nftrace set 1
	}`,
	)
	.join("\n")}
}
`;

/** Sends packets one by one through rules of nftables. Results in the order of the packets. */
export async function sendThroughNft(lab: NftLab, packets: readonly LabPacket[]): Promise<readonly LabResult[]> {
	const { rules, ...rest } = lab;
	const job = { ...rest, variant: "nftables", nft: `${rules}\n${NFTRACED}`, packets };
	const results = await runProgram("send-packets", [], job);
	expectAsMany(results, packets);
	return results as readonly LabResult[];
}

function expectAsMany(results: readonly unknown[], packets: readonly unknown[]): void {
	if (results.length !== packets.length) throw new Error(`${packets.length} packets, but ${results.length} results`);
}

/** Loads the rules into a fresh namespace and runs a program of `test/lab` there. What it prints, line by line. */
export async function runLab(program: string, lab: Lab, more: object): Promise<readonly unknown[]> {
	const { rules, requirements, ...rest } = lab;
	const file = join(temporaryDirectory(), "rules");
	writeFileSync(file, rules);
	const before = [
		PRIVATE_LOCK,
		...requirements.map((command) => `run ${printCommand(command)}`),
		`run ${programOf(lab)}-restore <${file}`,
	];
	return runProgram(program, before, { ...rest, ...more });
}

/** Runs a program of `test/lab` in a fresh namespace, after other commands. What it prints, line by line. */
async function runProgram(program: string, before: readonly string[], job: object): Promise<readonly unknown[]> {
	const file = join(temporaryDirectory(), "job.json");
	writeFileSync(file, JSON.stringify(job));
	const script = [
		`run() { "$@" || { echo "this failed: $*" >&2; exit 1; }; }`,
		...before,
		`run ${fileURLToPath(new URL(`../lab/${program}`, import.meta.url))} <${file}`,
	];
	const { exitCode, stdout, stderr } = await runInNamespace(script.join("\n"));
	if (exitCode !== 0 || stderr !== "") throw new Error(`${program}: exit ${exitCode}: ${stderr}`);
	return stdout
		.trimEnd()
		.split("\n")
		.map((line) => JSON.parse(line));
}
