import { release } from "node:os";
import { runCommand } from "./run-command.ts";

/** What kube-proxy asks for. Source: nftables spec, section 1. */
const OLDEST_NFT = "1.0.1";
const OLDEST_KERNEL = "5.13";

/** With this variable kube-proxy does not look at the kernel's version: distributions add to old ones what is new. */
const SKIP = "KUBE_PROXY_NFTABLES_SKIP_KERNEL_VERSION_CHECK";

/** Versions of what the nftables mode stands on. */
export interface NftVersions {
	/** What `nft --version` prints; undefined: there is no nft. */
	readonly nft: string | undefined;
	/** `6.1.0-18-amd64` */
	readonly kernel: string;
}

/** Asks this machine. */
export async function readNftVersions(timeoutSeconds: number): Promise<NftVersions> {
	const result = await runCommand({ program: "nft", args: ["--version"] }, { timeoutSeconds });
	return { nft: result.kind === "done" ? result.stdout : undefined, kernel: release() };
}

/**
 * What is too old for the rules of the nftables mode: what was found, what is needed, what to do. A version that cannot be read
 * is not.
 */
export function tooOld({ nft = "", kernel }: NftVersions, environment: NodeJS.ProcessEnv): readonly string[] {
	const [, version] = /\bv(\d+(?:\.\d+)*)/.exec(nft) ?? [];
	const isSkipped = (environment[SKIP] ?? "") !== "";
	const elsewhere = "or take another --proxy-mode";
	return [
		...(version !== undefined && isOlder(version, OLDEST_NFT)
			? [
					`nft is ${version}, and the nftables mode needs ${OLDEST_NFT} or newer: install a newer nftables, ${elsewhere}`,
				]
			: []),
		...(!isSkipped && isOlder(kernel, OLDEST_KERNEL)
			? [
					`the kernel is ${kernel}, and the nftables mode needs ${OLDEST_KERNEL} or newer: boot a newer one, ${elsewhere}; ${SKIP}=1 says that this one has what it takes`,
				]
			: []),
	];
}

/** Whether a version (`6.1.0-18-amd64`) is older than another one (`6.2`). What begins with no number is not. */
export function isOlder(version: string, than: string): boolean {
	const [found, needed] = [numbersOf(version), numbersOf(than)];
	if (found.length === 0) return false;
	const index = needed.findIndex((number, place) => number !== (found[place] ?? 0));
	return index !== -1 && (found[index] ?? 0) < (needed[index] ?? 0);
}

function numbersOf(version: string): readonly number[] {
	const [text = ""] = /^\d+(?:\.\d+)*/.exec(version) ?? [];
	return text === "" ? [] : text.split(".").map(Number);
}
