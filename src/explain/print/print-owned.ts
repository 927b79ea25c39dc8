import { plural } from "../../diff/words.ts";
import { hostPort } from "../../net/ip.ts";
import type { ServiceExplanation } from "../explanation.ts";
import { duration, familyInWords } from "../findings/words.ts";
import type { OwnedChain } from "../owned-chain.ts";
import { isOnlyPort, portNameOf } from "../words.ts";
import { section, table } from "./columns.ts";
import { ruleLines } from "./print-parts.ts";

/** What belongs to a Service on the node: chains, virtual servers, entries of sets and maps; what its mode has of these. */
export function printOwned(explanation: ServiceExplanation, isVerbose: boolean): readonly string[] {
	const { chains, servers, entries, elements } = explanation;
	const isOne = isOnlyPort(chains);
	const row = (chain: OwnedChain, why: string): readonly string[] => {
		const { family, name, table: where, servicePort, rules } = chain;
		return [name, tableText(where, family), isOne ? "" : portNameOf(servicePort), String(rules.length), why];
	};
	const own = chains.filter(({ isShared }) => !isShared).map((chain) => row(chain, purposeText(chain)));
	const shared = chains.filter(({ isShared }) => isShared).map((chain) => row(chain, reasonsText(chain)));
	const heads = ["CHAIN", "TABLE", "PORT", "RULES"];
	return [
		...table(
			"Virtual servers",
			["ADDRESS", "SCHEDULER", "CONNECTIONS GO TO"],
			servers.map(({ server: { ip, port, protocol, scheduler, realServers } }) => [
				`${hostPort(ip, port)}/${protocol}`,
				scheduler,
				plural(realServers.length, "real server"),
			]),
			isVerbose,
		),
		...table(
			"Entries of sets",
			["SET", "ENTRY"],
			entries.map(({ set, entry }) => [set, entry]),
			isVerbose,
		),
		...table(
			"Elements of sets and maps",
			["SET OR MAP", "WHY", "ELEMENT"],
			elements.map(({ set, text, meaning }) => [set, meaning ?? "", text]),
			isVerbose,
		),
		...table("Chains", [...heads, "WHAT FOR"], own, isVerbose),
		...clientSetTable(explanation, isVerbose),
		...table("Rules in chains that all Services share", [...heads, "WHY"], shared, isVerbose),
		...(isVerbose ? chains.flatMap((chain) => section(titleOf(chain), ruleLines(chain.rules, true))) : []),
	];
}

/** The sets of clients of the nftables mode. */
function clientSetTable({ clientSets }: ServiceExplanation, isVerbose: boolean): readonly string[] {
	const rows = clientSets.map(({ name, family, endpoint = "", timeoutSeconds = 0 }) => [
		endpoint,
		familyInWords(family),
		duration(timeoutSeconds),
		name,
	]);
	return table("Clients that come back to their endpoint", ["ENDPOINT", "FAMILY", "FOR", "SET"], rows, isVerbose);
}

function purposeText({ endpoint, purpose }: OwnedChain): string {
	return endpoint === undefined ? purpose : `sends connections to ${endpoint}`;
}

function reasonsText({ rules }: OwnedChain): string {
	return [...new Set(rules.flatMap(({ meaning }) => meaning ?? []))].join("; ");
}

function titleOf({ family, name, table: where }: OwnedChain): string {
	return `${name} (${tableText(where, family)})`;
}

function tableText(name: string, family: string): string {
	return family === "ipv6" && !name.startsWith("ip6 ") ? `${name} IPv6` : name;
}
