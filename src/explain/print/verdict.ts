import type { EndpointRow, UnusedCode } from "../endpoint-row.ts";
import type { ServiceExplanation } from "../explanation.ts";
import { familyInWords } from "../findings/words.ts";
import { type Frontend, frontendName } from "../frontends.ts";
import { listed } from "../words.ts";

/** The one line that says how a Service is. */
export function verdictOf(explanation: ServiceExplanation): string {
	const { name, withoutRules, frontends, endpoints } = explanation;
	if (withoutRules !== undefined) return `${name}: no rules; ${withoutRules.reason}`;
	const serving = endpointsInWords(endpoints);
	const isServed = ({ servicePort, reaches }: Frontend): boolean =>
		reaches.some(({ verdict, servedBy }) => verdict === "served" && servedBy === servicePort);
	const taken = frontends.filter((one) => !isServed(one) && takerOf(one) !== undefined);
	const isUnknown = ({ reaches }: Frontend): boolean => reaches.some(({ verdict }) => verdict === "unknown");
	const reachable = frontends.filter(isServed);
	const unknown = frontends.filter((one) => !isServed(one) && isUnknown(one));
	const closed = frontends.filter((one) => !isServed(one) && !isUnknown(one) && takerOf(one) === undefined);
	const parts = [
		...(reachable.length > 0 ? [`reachable at ${places(reachable)}`] : []),
		...(closed.length > 0 ? [`not reachable at ${places(closed)}`] : []),
		...(taken.length > 0 ? [`taken by ${takerOf(taken[0])} at ${places(taken)}`] : []),
		...(unknown.length > 0 ? [`cannot tell for ${places(unknown)}`] : []),
		...outsideInWords(reachable),
	];
	return `${name}: ${[serving, ...parts].join("; ")}`;
}

/** How many addresses the line names. */
const MOST = 3;

function places(frontends: readonly Frontend[]): string {
	const all = [...new Set(frontends.map(place))];
	const more = all.length - MOST;
	// One more costs no more than saying that there is one.
	return more > 1 ? `${all.slice(0, MOST).join(", ")} and ${more} more` : all.join(", ");
}

function place(frontend: Frontend): string {
	const [address = "", protocol = ""] = frontendName(frontend).split("/");
	const { portName } = frontend;
	return `${address}/${protocol.toUpperCase()}${portName === "" ? "" : ` (${portName})`}`;
}

/** The other service port that serves a frontend instead. */
function takerOf(frontend: Frontend | undefined): string | undefined {
	return frontend?.reaches.find(({ servedBy }) => servedBy !== undefined && servedBy !== frontend.servicePort)
		?.servedBy;
}

/** What clients outside do not get, although others do. */
function outsideInWords(reachable: readonly Frontend[]): readonly string[] {
	const lost = reachable.filter(({ kind, reaches }) => {
		const verdict = reaches.find(({ from }) => from === "outside")?.verdict;
		return kind !== "cluster-ip" && (verdict === "dropped" || verdict === "rejected");
	});
	return lost.length === 0 ? [] : [`but not from outside at ${places(lost)}`];
}

/** `2 of 4 endpoints serve (1 not ready, 1 terminating)`, family by family when there are two. */
export function endpointsInWords(rows: readonly EndpointRow[]): string {
	const families = (["ipv4", "ipv6"] as const).filter((family) => rows.some((row) => row.family === family));
	if (families.length === 0) return "there are no endpoints";
	const parts = families.map((family) => {
		const own = rows.filter((row) => row.family === family);
		const all = new Set(own.map(({ address }) => address));
		const used = new Set(own.filter(({ isUsed }) => isUsed).map(({ address }) => address));
		const which = families.length > 1 ? ` ${familyInWords(family)}` : "";
		const noun = all.size === 1 ? "endpoint" : "endpoints";
		const verb = used.size === 1 || all.size === 1 ? "serves" : "serve";
		return `${used.size} of ${all.size}${which} ${noun} ${verb}${reasonsInWords(own, used)}`;
	});
	return listed(parts);
}

const SHORT: Readonly<Partial<Record<UnusedCode, string>>> = {
	"not-ready": "not ready",
	"other-zone": "for another zone",
	"other-node": "for another node",
	"not-local": "not on this node",
	"no-such-port": "without the port",
	"port-without-number": "without a port number",
	"other-family": "of the other IP family",
};

function reasonsInWords(rows: readonly EndpointRow[], used: ReadonlySet<string>): string {
	const counts = new Map<string, Set<string>>();
	for (const { address, unused } of rows) {
		if (unused === undefined || used.has(address)) continue;
		const word = SHORT[unused.code] ?? unused.code;
		counts.set(word, (counts.get(word) ?? new Set()).add(address));
	}
	return counts.size === 0 ? "" : ` (${[...counts].map(([word, { size }]) => `${size} ${word}`).join(", ")})`;
}
