import { parseRule } from "../../lang/nft/parse-rule.ts";
import { equals, meta, type Statement } from "../../lang/nft/statement.ts";
import { parseIP } from "../../net/ip.ts";

/** A statement as it is followed: what kube-proxy uses, and some that others use, too. */
export type Followed =
	| Statement
	/** Does nothing to the packet's way. */
	| { readonly kind: "passing" }
	/** A test of which nobody can tell whether it holds. */
	| { readonly kind: "question" }
	/** A test for another kind of packet than those that are followed. */
	| { readonly kind: "never" }
	/** A test that the first packet of a TCP connection, and none of other protocols, passes or does not pass. */
	| { readonly kind: "syn"; readonly isPassed: boolean }
	/** A test for the family of the packet. */
	| { readonly kind: "family"; readonly isIPv6: boolean }
	/** The mark keeps some bits, and others are set. */
	| { readonly kind: "new-mark"; readonly kept: number; readonly bits: number }
	| { readonly kind: "snat"; readonly to: string }
	/** To the node itself; undefined: to the same port. */
	| { readonly kind: "redirect"; readonly port: number | undefined };

/**
 * The statements of a rule, those of others as far as they can be followed. What cannot, and all that follows it, stays
 * unknown.
 */
export function followedStatements(statements: readonly Statement[]): readonly Followed[] {
	return statements.flatMap((statement) => (statement.kind === "unknown" ? readForeign(statement.text) : [statement]));
}

/** Whether a statement does nothing to a packet's way, and lets the rule go on. */
export function isWithoutEffect({ kind }: Followed): boolean {
	return kind === "counter" || kind === "update" || kind === "passing";
}

function readForeign(text: string): readonly Followed[] {
	for (const [pattern, statementsOf] of PATTERNS) {
		const found = pattern.exec(text);
		const statements = found === null ? [] : statementsOf(found);
		if (found === null || statements.length === 0) continue;
		return [...statements, ...followedStatements(parseRule(text.slice(found[0].length), "listing").statements)];
	}
	return [{ kind: "unknown", text }];
}

/** What was read; nothing: it is something else. */
type StatementsOf = (found: RegExpExecArray) => readonly Followed[];

const PASSING: StatementsOf = () => [{ kind: "passing" }];
const QUESTION: StatementsOf = () => [{ kind: "question" }];
const NEVER: StatementsOf = () => [{ kind: "never" }];

/** What a test compares with: a sign, and one or several values. */
const COMPARED = / (?:(?:!=|==|<=?|>=?) )?(?:\{[^}]*\}|"[^"]*"|[^\s"{}]+)(?: [/,|&] ?(?:[^\s"{}]+))*/;

/** Tests whose answer depends on what is not known of a packet, or of the node. */
const ASKED = [
	/tcp (?:flags|sequence|ackseq|window|option \S+(?: \S+)?)/,
	/ip6? (?:ttl|hoplimit|length|id|dscp|ecn|version|frag-off|checksum|flowlabel)/,
	/(?:meta )?(?:pkttype|skuid|skgid|cgroup|iifgroup|oifgroup|iiftype|oiftype|cpu|length|priority|hour|day|time)/,
	/ct (?:mark|zone|label|helper|expiration|bytes|packets|avgpkt|count(?: over)?|(?:original|reply) \S+(?: \S+)?)/,
	/socket \S+/,
	/ether (?:saddr|daddr|type)/,
	/fib [a-z]+(?: \. [a-z]+)+ (?:oif|oifname|type)/,
	/udp (?:length|checksum)/,
];

const LOG_OPTION = /prefix "[^"]*"|level \w+|group \d+|snaplen \d+|queue-threshold \d+|flags (?:all|\w+ \w+(?:,\w+)*)/;

const PATTERNS = (
	[
		[`log(?: (?:${LOG_OPTION.source}))*`, PASSING],
		[/counter name \S+/, PASSING],
		[/(?:meta (?:nftrace|priority)|ct mark|ip6? dscp) set \S+/, PASSING],
		[/tcp option maxseg size set (?:rt mtu|\d+)/, PASSING],
		[/flow add @\S+/, PASSING],
		[/(?:add|update) @\S+ \{ [a-z0-9 .]+(?: timeout \w+)? \}/, PASSING],
		[/ct direction original/, PASSING],
		[/tcp flags (!= )?([a-z,]+) \/ ([a-z,]+)/, ([, not, flags, mask]) => [flagsAre(flags, mask, not)]],
		[/tcp flags & \(?([a-z| ]+)\)? (==|!=) \(?([a-z| ]+)\)?/, ([, mask, sign, flags]) => [flagsAre(flags, mask, sign)]],
		[/tcp flags (==|!=) ([a-z]+)/, ([, sign, flags]) => [flagsAre(flags, "syn", sign)]],
		[/tcp flags ([a-z,]+)/, ([, flags = ""]) => [{ kind: "syn", isPassed: flags.split(",").includes("syn") }]],
		[/limit rate (?:over )?\S+(?: burst \d+ \w+)?/, QUESTION],
		[/quota (?:over )?\d+ \w+/, QUESTION],
		[`(?:${ASKED.map(({ source }) => source).join("|")})${COMPARED.source}`, QUESTION],
		[`(?:icmp|icmpv6|igmp|arp|esp|ah|dccp|udplite) \\S+${COMPARED.source}`, NEVER],
		[/(ip6?) (?:protocol|nexthdr) (!= )?([a-z]+)/, headerProtocol],
		[/meta nfproto (ipv4|ipv6)/, ([, name]) => [{ kind: "family", isIPv6: name === "ipv6" }]],
		[/meta mark set (0x[0-9a-f]{1,8})/, ([, bits]) => newMark(0, bits)],
		[
			/meta mark set meta mark & (0x[0-9a-f]{1,8}) \| (0x[0-9a-f]{1,8})/,
			([, kept, bits]) => newMark(Number(kept), bits),
		],
		[/snat(?: ip6?)? to (\S+)(?: (?:fully-random|random|persistent)(?:,\w[\w-]*)*)?/, snat],
		[/dnat(?: ip6?)? to ([0-9a-f.:]+)(?: (?:random|persistent)(?:,\w+)*)?/, dnatWithoutPort],
		[/redirect(?: to :(\d{1,5}))?/, redirectTo],
	] satisfies readonly (readonly [string | RegExp, StatementsOf])[]
).map(([text, statementsOf]): readonly [RegExp, StatementsOf] => [wholeWords(text), statementsOf]);

/** At the beginning, up to the end of a word or of the rule. */
function wholeWords(text: string | RegExp): RegExp {
	return new RegExp(`^(?:${typeof text === "string" ? text : text.source})(?=\\s|$)\\s*`);
}

/** The first packet of a connection has SYN set and nothing else. */
function flagsAre(flags = "", mask = "", sign = ""): Followed {
	const found = mask.split(/\W+/).includes("syn") ? "syn" : "";
	return { kind: "syn", isPassed: (flags.trim() === found) !== sign.startsWith("!=") };
}

function newMark(kept: number, bits: string | undefined): readonly Followed[] {
	return [{ kind: "new-mark", kept, bits: Number(bits) }];
}

function headerProtocol([, header, not, name = ""]: RegExpExecArray): readonly Followed[] {
	return [{ kind: "family", isIPv6: header === "ip6" }, { ...equals(meta("l4proto"), name, not !== undefined) }];
}

function snat([, to = ""]: RegExpExecArray): readonly Followed[] {
	const ip = parseIP(to);
	return ip === undefined ? [] : [{ kind: "snat", to: ip }];
}

function dnatWithoutPort([, to = ""]: RegExpExecArray): readonly Followed[] {
	return parseIP(to) === undefined ? [] : [{ kind: "dnat", to }];
}

function redirectTo([, port]: RegExpExecArray): readonly Followed[] {
	return [{ kind: "redirect", port: port === undefined ? undefined : Number(port) }];
}
