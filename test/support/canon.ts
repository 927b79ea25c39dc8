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
	if (part.startsWith("restore.") || part.startsWith("save.")) return canonRules(text);
	const lines = text.split("\n").filter((line) => line !== "");
	return `${lines.sort().join("\n")}\n`;
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
