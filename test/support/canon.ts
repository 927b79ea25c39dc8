/**
 * The order-free form of texts, for comparing with captures.
 *
 * kube-proxy visits service ports in random order. Everything else has an order that means something: rules inside a
 * chain of one service port, rules of one service port inside a shared chain, and the fixed rules. This keeps exactly
 * that and sorts the rest. Same results as `canon.py` of the captures, which is the reference.
 */

/** Chains that all services share; inside them only the order within a service port means something. */
const SHARED = new Set([
	"filter KUBE-SERVICES",
	"filter KUBE-EXTERNAL-SERVICES",
	"filter KUBE-NODEPORTS",
	"filter KUBE-PROXY-FIREWALL",
	"nat KUBE-SERVICES",
	"nat KUBE-NODEPORTS",
]);

const LAST = "must be the last rule in this chain";

const SUFFIX =
	/ (?:cluster IP|external IP|loadbalancer IP|has no (?:local )?endpoints|health check node port|traffic not accepted by \S+)$/;

/** The service port a rule names in its comment. */
function owner(rule: string): string {
	const comment = /--comment ("[^"]*"|\S+)/.exec(rule)?.[1] ?? "";
	return (
		comment
			.replace(/^"+|"+$/g, "")
			.replace(SUFFIX, "")
			.split(" ")[0] ?? ""
	);
}

/** The order-free form of a part, by its name: rules as below, everything else as sorted lines. */
export function canon(part: string, text: string): string {
	if (part.startsWith("nft.")) return canonTransaction(text);
	if (part.startsWith("ruleset.")) return canonListing(text);
	if (part.startsWith("restore.") || part.startsWith("save.")) return canonRules(text);
	const lines = text.split("\n").filter((line) => line !== "");
	return `${lines.sort().join("\n")}\n`;
}

/** The order-free form of what `nft -f -` reads: rules keep their order within a chain, everything else is sorted. */
export function canonTransaction(text: string): string {
	const others: string[] = [];
	const rules = new Map<string, string[]>();
	for (const line of text.split("\n")) {
		if (line === "" || line.startsWith("#")) continue;
		const chain = /^(?:add|insert|delete|replace) rule (\S+ \S+ \S+) /.exec(line)?.[1];
		if (chain === undefined) others.push(line);
		else push(rules, chain, line);
	}
	const sorted = [...rules.keys()].sort().flatMap((chain) => rules.get(chain) ?? []);
	return `${[...others.sort(), ...sorted].join("\n")}\n`;
}

/** The order-free form of `nft list`: blocks sorted, each with the head of its table, and elements of a set sorted. */
export function canonListing(text: string): string {
	const inLines = text.replaceAll(/elements = \{(.*?)\}\n/gs, (_, elements: string) => {
		const sorted = elements
			.replaceAll("\n", " ")
			.split(",")
			.map((element) => element.trim())
			.sort();
		return `elements = {\n${sorted.join("\n")}\n}\n`;
	});
	const blocks: string[] = [];
	let block: string[] = [];
	let table = "";
	for (const line of inLines.split("\n")) {
		if (line.startsWith("table ")) table = line;
		else if (block.length > 0) block.push(line);
		else if (/^\t[^\t].*\{$/.test(line)) block = [table, line];
		if (line !== "\t}" || block.length === 0) continue;
		blocks.push(block.join("\n"));
		block = [];
	}
	return `${blocks.sort().join("\n")}\n`;
}

/** The order-free form of a restore or save text. */
export function canonRules(text: string): string {
	const out: string[] = [];
	let table: string | undefined;
	let declared: string[] = [];
	let chains = new Map<string, string[]>();
	for (const line of text.split("\n")) {
		if (line === "" || line.startsWith("#")) continue;
		if (line.startsWith("*")) {
			table = line.slice(1);
			declared = [];
			chains = new Map();
		} else if (line.startsWith(":")) {
			declared.push(line.replace(/\[\d+:\d+\]/, "[0:0]"));
		} else if (line === "COMMIT") {
			if (table !== undefined) out.push(`*${table}`, ...declared.sort(), ...sortedRules(table, chains), "COMMIT");
			table = undefined;
		} else {
			const [first = "", second = ""] = line.split(/\s+/);
			const chain = first === "-A" ? second : `zz ${first}`;
			push(chains, chain, line);
		}
	}
	return `${out.join("\n")}\n`;
}

function sortedRules(table: string, chains: ReadonlyMap<string, readonly string[]>): readonly string[] {
	const names = [...chains.keys()].sort();
	return names.flatMap((name) => {
		const rules = chains.get(name) ?? [];
		if (name === "KUBE-IPVS-OUT-FILTER") return [...rules].sort();
		return SHARED.has(`${table} ${name}`) ? byOwner(rules) : rules;
	});
}

function byOwner(rules: readonly string[]): readonly string[] {
	const groups = new Map<string, string[]>();
	for (const rule of rules) {
		if (rule.includes(LAST)) continue;
		push(groups, owner(rule), rule);
	}
	const sorted = [...groups.keys()].sort().flatMap((key) => groups.get(key) ?? []);
	return [...sorted, ...rules.filter((rule) => rule.includes(LAST))];
}

function push(groups: Map<string, string[]>, key: string, line: string): void {
	const group = groups.get(key);
	if (group === undefined) groups.set(key, [line]);
	else group.push(line);
}

/**
 * A restore text of the iptables mode as kube-proxy would send it if it visited service ports in sorted order: whole blocks
 * are moved, nothing inside a block is, and neither are the fixed parts. What has no comment belongs to the block before.
 */
export function inSortedBlocks(text: string): string {
	const ownerOfChain = new Map<string, string>();
	let last = "";
	for (const line of text.split("\n")) {
		const [, chain = ""] = /^-A (\S+)/.exec(line) ?? [];
		if (chain === "") continue;
		last = /^KUBE-(?:SVC|SVL|EXT|FW|SEP)-/.test(chain) && owner(line) === "" ? last : ownerIn(line, last);
		if (/^KUBE-(?:SVC|SVL|EXT|FW|SEP)-/.test(chain) && !ownerOfChain.has(chain)) ownerOfChain.set(chain, last);
	}
	return sortedBlocks(text.split("\n"), ownerOfChain).join("\n");
}

/** The service port of a rule's block: from its comment, which may have words before or after the name. */
function ownerIn(rule: string, before: string): string {
	const name = /--comment "?(?:[^"]* for |other traffic to )?([a-z0-9.-]+\/[a-z0-9.-]+(?::[a-z0-9-]+)?)/.exec(
		rule,
	)?.[1];
	return name ?? before;
}

function sortedBlocks(lines: readonly string[], ownerOfChain: ReadonlyMap<string, string>): readonly string[] {
	const out: string[] = [];
	let run: { readonly key: string; readonly line: string }[] = [];
	const flush = (): void => {
		const sorted = run
			.map((entry, at) => ({ ...entry, at }))
			.sort((a, b) => (a.key === b.key ? a.at - b.at : a.key < b.key ? -1 : 1));
		out.push(...sorted.map(({ line }) => line));
		run = [];
	};
	for (const line of lines) {
		const key = blockOf(line, ownerOfChain);
		if (key === undefined) {
			flush();
			out.push(line);
		} else {
			run.push({ key, line });
		}
	}
	flush();
	return out;
}

/** The service port to whose block a line belongs; undefined for a fixed line. */
function blockOf(line: string, ownerOfChain: ReadonlyMap<string, string>): string | undefined {
	const [, declared, chain = declared ?? ""] = /^(?::(\S+) |-A (\S+) )/.exec(line) ?? [];
	return (
		ownerOfChain.get(chain) ??
		(line.startsWith("-A ") && !line.includes(LAST) ? ownerIn(line, "") || undefined : undefined)
	);
}
