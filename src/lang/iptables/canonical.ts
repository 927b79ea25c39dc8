import { addressBits, parseCIDR } from "../../net/cidr.ts";
import { familyOf, parseIP } from "../../net/ip.ts";
import type { AddressMatch, Match, Rule, Target } from "./ruleset.ts";

/**
 * The form in which rules with the same effect are equal, whoever wrote them: what iptables-restore was given, and what
 * iptables-save prints. Comments are gone, addresses are canonical, a match of a protocol that says nothing more is
 * implied, and matches whose order has no effect have one order. The origin stays.
 */
export function canonicalRule(rule: Rule): Rule {
	const source = canonicalAddress(rule.source);
	const destination = canonicalAddress(rule.destination);
	const matches = inOrder(rule.matches.filter(isMeaningful).map(canonicalMatch));
	return { ...rule, source, destination, matches, target: canonicalTarget(rule.target) };
}

/** A network of length 0 is every address, which is undefined; one of full length is a single address. */
export function canonicalAddress(match: AddressMatch | undefined): AddressMatch | undefined {
	if (match === undefined) return undefined;
	const { address, prefixLength, isNegated } = match;
	if (prefixLength === 0 && !isNegated) return undefined;
	const ip = parseIP(address);
	if (ip === undefined) return match;
	// Most are canonical already.
	if (prefixLength === undefined && ip === address) return match;
	if (prefixLength === undefined || prefixLength === addressBits(familyOf(ip))) {
		return { address: ip, prefixLength: undefined, isNegated };
	}
	return { address: parseCIDR(`${ip}/${prefixLength}`)?.network ?? ip, prefixLength, isNegated };
}

function isMeaningful(match: Match): boolean {
	return match.kind !== "comment" && !(match.kind === "ports" && match.destinationPort === undefined);
}

function canonicalMatch(match: Match): Match {
	if (match.kind === "conntrack") return { ...match, states: [...new Set(match.states)].sort() };
	return match;
}

/** Whether a match does something beside matching, or might: what stands before it decides whether it does. */
function isActing(match: Match): boolean {
	if (match.kind === "unknown") return !isPlainUnknown(match.words);
	return match.kind === "recent-set" || match.kind === "recent-check" || match.kind === "nfacct";
}

/** Whether a rule has a match that does something beside matching, or might. */
export function hasActingMatch({ matches }: Rule): boolean {
	return matches.some(isActing);
}

/** Whether a match might give another answer when the same packet comes to it again. */
export function isUnsteady(match: Match): boolean {
	return match.kind === "statistic" || (match.kind === "unknown" && !isPlainUnknown(match.words));
}

/** Extensions that look at the packet and its connection, and nothing else. */
const PLAIN_EXTENSIONS: ReadonlySet<string> = new Set(
	"addrtype ah bpf cgroup connmark conntrack devgroup dscp dst ecn esp eui64 frag hbh helper icmp icmp6 iprange ipv6header length mac mark mh multiport osf owner physdev pkttype policy realm rpfilter rt sctp set socket state string tcp tcpmss time tos ttl u32 udp".split(
		" ",
	),
);

function isPlainUnknown([first, name = ""]: readonly string[]): boolean {
	return first !== "-m" || PLAIN_EXTENSIONS.has(name);
}

const KINDS: readonly Match["kind"][] = [
	"physdev-is-in",
	"addrtype",
	"conntrack",
	"mark",
	"set",
	"ipvs",
	"ports",
	"statistic",
];

/** Sorted between one acting match and the next. */
function inOrder(matches: readonly Match[]): readonly Match[] {
	if (matches.length < 2) return matches;
	const run = matches.map((match, index) => ({
		match,
		group: matches.slice(0, index).filter(isActing).length * 2 + (isActing(match) ? 1 : 0),
	}));
	const rank = (match: Match): string => `${KINDS.indexOf(match.kind)} ${JSON.stringify(match)}`;
	return run
		.sort((a, b) => a.group - b.group || (isActing(a.match) ? 0 : rank(a.match) < rank(b.match) ? -1 : 1))
		.map(({ match }) => match);
}

const DEFAULT_ERRORS: readonly (string | undefined)[] = ["icmp-port-unreachable", "icmp6-port-unreachable"];

function canonicalTarget(target: Target | undefined): Target | undefined {
	if (target?.kind === "reject" && DEFAULT_ERRORS.includes(target.with)) return { kind: "reject", with: undefined };
	if (target?.kind === "dnat") return { kind: "dnat", to: canonicalTo(target.to) };
	return target;
}

/** `010.1.1.1:80` as `10.1.1.1:80`; what has no port stays without one. */
function canonicalTo(text: string): string {
	const [, v6, v4, port = ""] = /^(?:\[([^\]]+)\]|([\d.]+))(:\d+)?$/.exec(text) ?? [];
	const ip = parseIP(v6 ?? v4 ?? text);
	if (ip === undefined) return text;
	return ip.includes(":") && v6 !== undefined ? `[${ip}]${port}` : `${ip}${port}`;
}
