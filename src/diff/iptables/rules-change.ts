import type { Change, Telling } from "../change.ts";
import { OTHERS } from "../owner.ts";
import { nftPlace, type RuleLine } from "../rule-line.ts";
import { list, plural } from "../words.ts";
import { calledChain } from "./chain-index.ts";
import type { ChainChange } from "./compare.ts";

/** Lines of one owner. */
export interface OwnedLines {
	readonly removed: readonly RuleLine[];
	readonly added: readonly RuleLine[];
}

/** The change that is left to say when clients of a service port meet the same as before, as far as can be seen. */
export function rulesChange({ removed, added }: OwnedLines, telling: Telling): Change {
	const both = movedTexts({ removed, added });
	const only = (lines: readonly RuleLine[]): readonly RuleLine[] => lines.filter(({ text }) => !both.has(text));
	const [less, more] = [only(removed), only(added)];
	const what = [
		...(both.size > 0 ? [`${plural(both.size, "rule")} at another place`] : []),
		...(less.length + more.length > 0 || both.size === 0 ? [countText(less, more, telling)] : []),
	];
	const chains = [...new Set([...removed, ...added].map(placeOf))];
	const detail = `${list(chains)}: ${what.join(", ")}`;
	return { kind: "rules-changed", detail, message: `rules differ in ${detail}` };
}

function placeOf({ tool, table, text }: RuleLine): string {
	const second = text.split(" ")[1] ?? "";
	if (tool === "nft") return nftPlace(text).name;
	return tool === "iptables" ? `${table} ${second}` : tool === "ipset" ? `set ${second}` : tool;
}

/** How many lines are on one side only, in words. */
export function countText(removed: readonly RuleLine[], added: readonly RuleLine[], telling: Telling): string {
	const [less, more] = telling === "live" ? ["too many on the node", "missing on the node"] : ["removed", "added"];
	const parts = [
		...(removed.length > 0 ? [`${plural(removed.length, "line")} ${less}`] : []),
		...(added.length > 0 ? [`${plural(added.length, "line")} ${more}`] : []),
	];
	return parts.length === 0 ? "a chain without rules" : parts.join(", ");
}

/** What there is to say of a service port to which a rule leads that matches other packets than it should. */
export function oddChange(rules: readonly string[], telling: Telling): Change {
	const where = telling === "live" ? "on the node" : "here";
	const detail = list(rules);
	const message = `a rule ${where} that leads to it matches other packets than those to one of its addresses and ports: ${detail}`;
	return { kind: "rules-changed", detail, message };
}

/** What there is to say of a node without a single chain of kube-proxy's. */
export function bareChange(): Change {
	const message =
		"the node has none of kube-proxy's rules: no Service works on it. Is kube-proxy running, and in this mode?";
	return { kind: "rules-changed", detail: "no chain of kube-proxy's", message };
}

/** What clients see when something in a shared chain is missing: by table and the chain it leads to or stands in. */
const MEANINGS: Readonly<Record<string, string>> = {
	"nat PREROUTING KUBE-SERVICES": "connections from pods and from outside to any Service are not translated",
	"nat OUTPUT KUBE-SERVICES": "connections of the node itself to any Service are not translated",
	"nat POSTROUTING KUBE-POSTROUTING": "nothing is masqueraded: answers to clients from outside do not come back",
	"nat KUBE-POSTROUTING": "what is marked for masquerading is not handled as it should be",
	"nat KUBE-MARK-MASQ": "connections are not marked for masquerading as they should be",
	"nat KUBE-SERVICES KUBE-NODEPORTS": "no node port is translated",
	"filter FORWARD KUBE-FORWARD": "marked and known connections depend on the rest of FORWARD and its policy",
	"filter FORWARD KUBE-SERVICES": "connections to Services without endpoints are not rejected, they hang",
	"filter OUTPUT KUBE-SERVICES": "the node's connections to Services without endpoints are not rejected, they hang",
	"filter INPUT KUBE-EXTERNAL-SERVICES": "node ports without endpoints are not rejected",
	"filter FORWARD KUBE-EXTERNAL-SERVICES": "external and load-balancer IPs without endpoints are not rejected",
	"filter INPUT KUBE-NODEPORTS": "health checks of load balancers may be dropped",
	"filter INPUT KUBE-PROXY-FIREWALL": "source ranges of load balancers are not enforced",
	"filter FORWARD KUBE-PROXY-FIREWALL": "source ranges of load balancers are not enforced",
	"filter OUTPUT KUBE-PROXY-FIREWALL": "source ranges of load balancers are not enforced for the node itself",
	"filter INPUT KUBE-FIREWALL": "others may reach services on the node's 127.0.0.1",
	"filter OUTPUT KUBE-FIREWALL": "packets of the node itself to 127.0.0.0/8 from other addresses are not dropped",
	"filter KUBE-FORWARD":
		"marked packets, answers and broken ones fare in FORWARD as the rules behind and its policy say",
	"filter KUBE-FIREWALL": "others may reach services on the node's 127.0.0.1",
};

/** Changes of shared chains, and of chains of others, each chain once. */
export function sharedChanges(
	owner: string,
	chains: readonly ChainChange[],
	lines: OwnedLines,
	telling: Telling,
): readonly Change[] {
	const touched = new Set([...lines.removed, ...lines.added].map((line) => `${line.table} ${line.text.split(" ")[1]}`));
	const changes = chains
		.filter((change) => touched.has(`${change.table} ${change.chain}`) || isOwnExistence(change, owner))
		.sort((a, b) => weight(a) - weight(b))
		.flatMap((change) => chainChanges(change, lines, owner, telling));
	const other = [...lines.removed, ...lines.added].filter(({ tool }) => tool !== "iptables");
	if (other.length === 0) return changes;
	const onlyOther = (list: readonly RuleLine[]): readonly RuleLine[] => list.filter(({ tool }) => tool !== "iptables");
	return [...changes, rulesChange({ removed: onlyOther(lines.removed), added: onlyOther(lines.added) }, telling)];
}

/** What clients notice most comes first. */
function weight({ table, chain }: ChainChange): number {
	const place = ["nat PREROUTING", "nat OUTPUT", "nat POSTROUTING"].indexOf(`${table} ${chain}`);
	if (place >= 0) return place;
	return table === "nat" ? 3 : table === "filter" ? 4 : 5;
}

function isOwnExistence({ existence, policy, chain }: ChainChange, owner: string): boolean {
	const isKubes = chain.startsWith("KUBE-") && !/^KUBE-(?:SVC|SVL|EXT|FW|SEP)-/.test(chain);
	return (existence !== "both" || policy !== undefined) && (owner === OTHERS) !== isKubes;
}

function chainChanges(change: ChainChange, lines: OwnedLines, owner: string, telling: Telling): readonly Change[] {
	const { table, chain, existence, policy, removed, added, moved, inFront } = change;
	const isMoved = movedTexts(lines);
	const mine = (list: readonly RuleLine[]): readonly RuleLine[] =>
		list.filter((line) => line.table === table && line.text.startsWith(`-A ${chain} `) && !isMoved.has(line.text));
	const [less, more] = [mine(lines.removed), mine(lines.added)];
	const place = `${table} ${chain}`;
	const what = [
		existence === "both" ? "" : `chain ${existence === "added" ? missing(telling) : left(telling)}`,
		policy === undefined ? "" : `policy ${policy[0]} -> ${policy[1]}`,
		inFront.length > 0 ? `behind ${plural(inFront.length, "rule")} of others that take packets from it` : "",
		moved.length > inFront.length ? `${plural(moved.length, "rule")} at another place` : "",
		less.length + more.length === 0 ? "" : countText(less, more, telling),
	].filter((text) => text !== "");
	// What a rule that is too much does is not what its absence does.
	const lost = telling === "live" ? added : removed;
	const keys = lost.length === 0 ? [] : [...lost.map((rule) => `${place} ${calledChain(rule) ?? ""}`), place];
	const meanings = [...new Set(keys.map((key) => MEANINGS[key]).filter((text) => text !== undefined))];
	const detail = `${place}: ${what.join(", ")}`;
	const message = owner === OTHERS || meanings.length === 0 ? detail : `${detail}: ${meanings.join("; ")}`;
	return [{ kind: "rules-changed", detail, message }];
}

/** Texts that are on both sides. */
export function movedTexts({ removed, added }: OwnedLines): ReadonlySet<string> {
	const before = new Set(removed.map(({ text }) => text));
	return new Set(added.map(({ text }) => text).filter((text) => before.has(text)));
}

function missing(telling: Telling): string {
	return telling === "live" ? "missing on the node" : "is new";
}

function left(telling: Telling): string {
	return telling === "live" ? "left over on the node" : "is gone";
}
