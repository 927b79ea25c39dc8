import type { Random } from "./diff-random.ts";

const IPTABLES =
	"EXTERNAL-SERVICES FIREWALL FORWARD MARK-MASQ NODEPORTS POSTROUTING PROXY-CANARY PROXY-FIREWALL SERVICES";
const IPVS = "IPVS-FILTER IPVS-OUT-FILTER LOAD-BALANCER NODE-PORT SOURCE-RANGES-FIREWALL";
const SHARED = `${IPTABLES} ${IPVS}`.split(" ");

/** Chains that kube-proxy makes; the kubelet's, and those of old versions, are not among them. */
const OWN = new RegExp(`^KUBE-(?:(?:SVC|SVL|EXT|FW|SEP)-[A-Z2-7]{16}|${SHARED.join("|")})$`);

/** In kube-proxy's own chain, but the kubelet's. */
const KUBELETS = "kubernetes firewall for dropping marked packets";

/** Lines of a text of iptables-save that are not kube-proxy's: chain by chain, in order, without counters. */
export function foreignLines(text: string): Readonly<Record<string, readonly string[]>> {
	const chains = new Map<string, string[]>();
	let table = "";
	for (const line of text.split("\n").map(withoutCounter)) {
		if (line.startsWith("*")) table = line;
		const [, declared, policy, chain = declared ?? ""] = /^(?::(\S+) (\S+)|-A (\S+))/.exec(line) ?? [];
		if (chain === "" || isOwn(chain, line)) continue;
		const place = `${table} ${chain}`;
		chains.set(place, [...(chains.get(place) ?? []), policy ?? line]);
	}
	// A built-in chain without rules is listed or not as the tool likes.
	return Object.fromEntries([...chains].filter(([, lines]) => lines.join() !== "ACCEPT"));
}

/** The text without about a third of kube-proxy's rules, and with some of the others twice or at the end of the table. */
export function damaged(text: string, random: Random): string {
	const tables = text.split(/(?<=^COMMIT\n)/m);
	return tables.map((table) => damagedTable(table, random)).join("");
}

function damagedTable(table: string, random: Random): string {
	const moved: string[] = [];
	const lines = table.split("\n").flatMap((line) => {
		const [, chain] = /^-A (\S+)/.exec(withoutCounter(line)) ?? [];
		if (chain === undefined || !isOwn(chain, line)) return [line];
		const dice = random();
		if (dice > 0.6 && dice < 0.75) moved.push(line);
		return dice > 0.75 ? [line] : dice > 0.6 || dice < 0.35 ? [] : dice < 0.4 ? [line, line] : [line];
	});
	return lines.flatMap((line) => (line === "COMMIT" ? [...moved, line] : [line])).join("\n");
}

function withoutCounter(line: string): string {
	return line.replace(/^\[\d+:\d+\] /, "");
}

function isOwn(chain: string, line: string): boolean {
	return (OWN.test(chain) && !line.includes(KUBELETS)) || OWN.test(/ -[jg] (\S+)$/.exec(line)?.[1] ?? "");
}
