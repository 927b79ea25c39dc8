import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { missingPrograms } from "./installed.ts";
import { NotIsolatedError, runInNamespace } from "./namespace.ts";

/** Other releases list some rules in another way. */
const NFT_VERSION = "v1.0.6";

/** What became of a transaction. */
export interface NftResult {
	/** nft took it. */
	readonly ok: boolean;
	readonly stderr: string;
	/** What nft listed afterwards; empty unless `ok`. */
	readonly listing: string;
}

/** The text was refused; the other numbers belong to the guard and to shells. */
const REFUSED = 95;

/** Loads a transaction into a network namespace of its own, in which the interfaces exist, and lists what is there then. */
export async function loadsWithNft(text: string, interfaces: readonly string[] = []): Promise<NftResult> {
	return loadsInTurn([text], interfaces);
}

/** The same with several transactions, one after the other. */
export async function loadsInTurn(texts: readonly string[], interfaces: readonly string[] = []): Promise<NftResult> {
	const directory = mkdtempSync(join(tmpdir(), "svcnat-nft-"));
	try {
		const files = texts.map((text, i) => {
			const file = join(directory, `${i}.nft`);
			writeFileSync(file, text);
			return file;
		});
		const script = [
			...interfaces.map((name) => `ip link add '${name}' type veth || exit 1`),
			...files.map((file) => `nft -f '${file}' || exit ${REFUSED}`),
			"nft -s list ruleset",
		].join("\n");
		const { exitCode, stdout, stderr } = await runInNamespace(script, "");
		if (exitCode !== 0 && exitCode !== REFUSED) throw new Error(`could not load: exit ${exitCode}: ${stderr}`);
		return { ok: exitCode === 0, stderr, listing: exitCode === 0 ? stdout : "" };
	} finally {
		rmSync(directory, { recursive: true });
	}
}

/** The expressions that kube-proxy uses. */
const TRIAL = `
add table ip trial { comment "trial" ; }
add chain ip trial c { type nat hook prerouting priority -100 ; }
add set ip trial s { type ipv4_addr ; flags dynamic,timeout ; timeout 10s ; }
add map ip trial m { type ipv4_addr . inet_proto . inet_service : verdict ; }
add rule ip trial c fib daddr type local ip daddr . meta l4proto . th dport vmap @m
add rule ip trial c update @s { ip saddr }
add rule ip trial c meta l4proto tcp dnat ip addr . port to numgen random mod 1 map { 0 : 192.0.2.1 . 80 }
`;

/** Why transactions cannot be loaded here; undefined when they can. */
export async function nftProblem(): Promise<string | undefined> {
	if (process.getuid?.() !== 0) return "not root";
	const missing = missingPrograms(["unshare", "nft", "ip"]);
	if (missing.length > 0) return `not installed: ${missing.join(", ")}`;
	const { stdout } = await execa("nft", ["--version"]);
	if (!stdout.includes(`${NFT_VERSION} `)) return `not nft ${NFT_VERSION}: ${stdout}`;
	try {
		const { ok, stderr } = await loadsWithNft(TRIAL);
		return ok ? undefined : `the kernel has no nftables: ${stderr.trim().replaceAll(/\s+/g, " ")}`;
	} catch (error) {
		if (error instanceof NotIsolatedError) throw error;
		return error instanceof Error ? error.message : String(error);
	}
}

/** Interfaces that have to be there: up to 1.32 rules name them by their number. */
export function interfacesIn(text: string): readonly string[] {
	return [...new Set([...text.matchAll(/ iif (?:!= )?(\S+)/g)].map(([, name = ""]) => name))];
}
