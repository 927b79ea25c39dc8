import type { Change, Telling } from "../change.ts";
import { countText, movedTexts, type OwnedLines } from "../iptables/rules-change.ts";
import { groupBy } from "../lists/group-by.ts";
import { nftPlace, type RuleLine } from "../rule-line.ts";
import { plural } from "../words.ts";

/** What clients see when something in a part of kube-proxy's table that all Services share is missing. */
const MEANINGS: Readonly<Record<string, string>> = {
	"nat-prerouting": "connections from pods and from outside to any Service are not translated",
	"nat-output": "connections of the node itself to any Service are not translated",
	"nat-postrouting": "nothing is masqueraded: answers to clients from outside do not come back",
	services: "connections to Services are not translated, or not masqueraded, as they should be",
	masquerading: "what is marked for masquerading is not handled as it should be",
	"mark-for-masquerade": "connections are not marked for masquerading as they should be",
	"service-endpoints-check": "connections to Services without endpoints are not refused, they hang",
	"nodeport-endpoints-check": "node ports without endpoints are not refused as they should be",
	"firewall-check": "source ranges of load balancers are not enforced",
	"cluster-ips-check": "connections to unused ports of cluster IPs are not rejected, they hang",
	"nodeport-ips": "node ports do not answer on every address that they should",
};

/** Order of the parts, from what clients notice most; others come behind. */
const ORDER = ["kube-proxy", ...Object.keys(MEANINGS)];

/** Changes of what all Services share in kube-proxy's table, each part once. */
export function nftSharedChanges(lines: OwnedLines, telling: Telling): readonly Change[] {
	const placeOf = ({ text }: RuleLine): string => nftPlace(text).name;
	const [removed, added] = [groupBy(lines.removed, placeOf), groupBy(lines.added, placeOf)];
	const places = [...new Set([...removed.keys(), ...added.keys()])];
	return places
		.sort((a, b) => rank(a) - rank(b))
		.map((place) => {
			return placeChange(place, { removed: removed.get(place) ?? [], added: added.get(place) ?? [] }, telling);
		});
}

function rank(place: string): number {
	const at = ORDER.indexOf(place);
	return at === -1 ? ORDER.length : at;
}

function placeChange(place: string, lines: OwnedLines, telling: Telling): Change {
	const table = tableDetail(lines, telling);
	if (table !== undefined) return { kind: "rules-changed", detail: table, message: table };
	const both = movedTexts(lines);
	const only = (list: readonly RuleLine[]): readonly RuleLine[] => list.filter(({ text }) => !both.has(text));
	const [less, more] = [only(lines.removed), only(lines.added)];
	const what = [
		...(both.size > 0 ? [`${plural(both.size, "rule")} at another place`] : []),
		...(less.length + more.length > 0 ? [countText(less, more, telling)] : []),
	];
	const detail = `${place}: ${what.join(", ")}`;
	// What a rule that is too much does is not what its absence does.
	const lost = telling === "live" ? more : less;
	const meaning = lost.length + both.size === 0 ? undefined : MEANINGS[place];
	return { kind: "rules-changed", detail, message: meaning === undefined ? detail : `${detail}: ${meaning}` };
}

/** What only one side's table has, which kube-proxy does not make; undefined for anything but such lines of a table. */
function tableDetail({ removed, added }: OwnedLines, telling: Telling): string | undefined {
	const [more, less] = telling === "live" ? ["too many on the node", "missing on the node"] : ["removed", "added"];
	const parts = [...removed.map((line) => [more, line] as const), ...added.map((line) => [less, line] as const)];
	const told = parts.flatMap(([what, { text }]) => {
		const [, table, extras] = /^add table (\S+ \S+) \{ (.*) ; \}$/.exec(text) ?? [];
		if (extras === undefined) return [];
		const off = extras.includes("flags dormant") ? ": it is switched off, and none of its rules counts" : "";
		return [`table ${table}: ${what}: ${extras}${off}`];
	});
	return told.length === 0 ? undefined : told.join("; ");
}
