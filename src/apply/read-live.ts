import type { Family } from "../net/ip.ts";
import { missing, outputOf, ReadLiveError, type RunTool, readOutput } from "./read-tool.ts";
import { runCommand } from "./run-command.ts";

/** What the kernel of this machine holds, as its tools print it. */
export interface LiveTexts {
	/** One for each family and program called iptables that there is; without comment lines of its own. */
	readonly iptables: readonly LiveRules[];
	/** Undefined when the machine has no `kube-ipvs0` and the mode is another one. */
	readonly ipvsadm: string | undefined;
	readonly ipset: string | undefined;
	readonly addresses: string | undefined;
	/** `ip kube-proxy`, `ip6 kube-proxy`; empty without nft, and where all tables are in `nft`. */
	readonly nftTables: readonly string[];
	/** Every table of nftables, of all families; undefined when the mode is another one. */
	readonly nft: string | undefined;
}

/** What one iptables-save printed. */
export interface LiveRules {
	readonly program: string;
	readonly family: Family;
	readonly variant: "legacy" | "nft" | undefined;
	readonly text: string;
}

/** Seconds that each tool may take. */
const LONGEST = 600;

/**
 * Reads the rules of the network namespace this process is in. Nothing is changed. Both programs called iptables are
 * asked where both are there: rules of either count.
 *
 * @param isIpvs whether to read what the IPVS mode uses, too
 * @param timeoutSeconds how long each tool may take
 * @throws ReadLiveError when a tool is missing or fails
 */
export async function readLive(
	families: readonly Family[],
	isIpvs: boolean,
	timeoutSeconds = LONGEST,
): Promise<LiveTexts> {
	const run: RunTool = (program, args) => runCommand({ program, args }, { timeoutSeconds });
	const iptables: LiveRules[] = [];
	for (const family of families) iptables.push(...(await readIptables(family, run)));
	const addresses = await readAddresses(isIpvs, run);
	// Without the mode's interface there is nothing of the mode, and asking its tools would load kernel modules.
	const hasIpvs = isIpvs || addresses !== undefined;
	return {
		iptables,
		ipvsadm: hasIpvs ? await readOutput("ipvsadm", ["-Sn"], isIpvs, run) : undefined,
		ipset: hasIpvs ? await readOutput("ipset", ["save"], isIpvs, run) : undefined,
		addresses: addresses ?? (isIpvs ? "" : undefined),
		nftTables: await readNftTables(run),
		nft: undefined,
	};
}

/**
 * Reads the tables of nftables of the network namespace this process is in, and what else of kube-proxy's may be there: rules of the
 * programs called iptables, as far as there are any, and addresses of the IPVS mode. Nothing is changed.
 *
 * @param whose tables: kube-proxy's, or those of others too
 * @param timeoutSeconds how long each tool may take
 * @throws ReadLiveError when nft is missing or fails
 */
export async function readLiveNft(
	families: readonly Family[],
	whose: "kube-proxy" | "everybody",
	timeoutSeconds = LONGEST,
): Promise<LiveTexts> {
	const run: RunTool = (program, args) => runCommand({ program, args }, { timeoutSeconds });
	const nft =
		whose === "kube-proxy"
			? await readOwnTables(families, run)
			: await readOutput("nft", ["-s", "list", "ruleset"], true, run);
	const iptables: LiveRules[] = [];
	for (const family of families) iptables.push(...(await readIptablesIfAny(family, run)));
	const addresses = await readAddresses(false, run);
	return { iptables, ipvsadm: undefined, ipset: undefined, addresses, nftTables: [], nft };
}

/** One by one: nft 1.0.6 finds only the last of several. */
async function readOwnTables(families: readonly Family[], run: RunTool): Promise<string> {
	const tables = tablesIn((await readOutput("nft", ["list", "tables"], true, run)) ?? "");
	const own = tables.filter((table) => families.some((family) => table.startsWith(TABLE_OF[family])));
	let text = "";
	for (const table of own) text += await readOutput("nft", ["-s", "list", "table", ...table.split(" ")], true, run);
	return text;
}

const TABLE_OF: Readonly<Record<Family, string>> = { ipv4: "ip ", ipv6: "ip6 " };

/** What an iptables that does not work holds counts for no packet either. */
async function readIptablesIfAny(family: Family, run: RunTool): Promise<readonly LiveRules[]> {
	try {
		return await readIptables(family, run);
	} catch (error) {
		if (error instanceof ReadLiveError) return [];
		throw error;
	}
}

async function readIptables(family: Family, run: RunTool): Promise<readonly LiveRules[]> {
	const name = family === "ipv4" ? "iptables" : "ip6tables";
	const read: LiveRules[] = [];
	for (const variant of ["nft", "legacy"] as const) {
		const program = `${name}-${variant}-save`;
		const result = await run(program, []);
		// Both programs may be there and the kernel know one of them only.
		const isUnknown = result.kind === "done" && result.exitCode !== 0 && /not supported/i.test(result.stderr);
		if (result.kind === "done" && !isUnknown) read.push({ program, family, variant, text: outputOf(program, result) });
	}
	if (read.length > 0) return read;
	const program = `${name}-save`;
	const result = await run(program, []);
	if (result.kind === "absent") throw missing(program, "iptables", family);
	return [{ program, family, variant: undefined, text: outputOf(program, result) }];
}

/** Undefined without the interface. */
async function readAddresses(isRequired: boolean, run: RunTool): Promise<string | undefined> {
	const result = await run("ip", ["-o", "address", "show", "dev", "kube-ipvs0"]);
	if (result.kind === "absent" && isRequired) throw missing("ip", "iproute2");
	return result.kind === "done" && result.exitCode === 0 ? result.stdout : undefined;
}

async function readNftTables(run: RunTool): Promise<readonly string[]> {
	const result = await run("nft", ["list", "tables"]);
	if (result.kind === "absent" || result.exitCode !== 0) return [];
	return tablesIn(result.stdout);
}

/** kube-proxy's, in what `nft list tables` prints. */
function tablesIn(text: string): readonly string[] {
	return [...text.matchAll(/^table (ip6? kube-proxy)$/gm)].map(([, name = ""]) => name);
}
