import { parseMark, parseMarkAndMask } from "./numbers.ts";
import type { Options, RuleContext } from "./parse-context.ts";
import type { Target } from "./ruleset.ts";
import { unquote } from "./words.ts";

/** Extensions that are targets by themselves: a name that is none of them, and stands alone, is a chain. */
const EXTENSIONS: ReadonlySet<string> = new Set([
	"AUDIT",
	"CHECKSUM",
	"CLASSIFY",
	"CLUSTERIP",
	"CONNMARK",
	"CONNSECMARK",
	"CT",
	"DNPT",
	"DSCP",
	"ECN",
	"HL",
	"HMARK",
	"IDLETIMER",
	"LED",
	"LOG",
	"NETMAP",
	"NFLOG",
	"NFQUEUE",
	"NOTRACK",
	"QUEUE",
	"RATEEST",
	"REDIRECT",
	"SECMARK",
	"SET",
	"SNAT",
	"SNPT",
	"SYNPROXY",
	"TCPMSS",
	"TCPOPTSTRIP",
	"TEE",
	"TOS",
	"TPROXY",
	"TRACE",
	"TTL",
	"ULOG",
]);

/** The target that `-j` names, with its options; `unknown` for one that is not modelled, or has options that are not. */
export function parseTarget({ words, start, end }: Options, { dialect, isChain }: RuleContext): Target {
	const name = words[start] ?? "";
	if (end === start + 1) return parseBareTarget(name, isChain);
	const value = end === start + 3 ? words[start + 2] : undefined;
	const target = end <= start + 3 ? parseOption(name, words[start + 1] ?? "", value) : undefined;
	if (target?.kind === "reject" && dialect === "save" && PORT_UNREACHABLE.has(target.with)) return REJECT;
	return target ?? { kind: "unknown", words: words.slice(start, end) };
}

const REJECT: Target = { kind: "reject", with: undefined };

/** What iptables-save writes for a REJECT that does not name its error. */
const PORT_UNREACHABLE: ReadonlySet<string | undefined> = new Set(["icmp-port-unreachable", "icmp6-port-unreachable"]);

function parseBareTarget(name: string, isChain: (name: string) => boolean): Target {
	switch (name) {
		case "ACCEPT":
			return { kind: "accept" };
		case "DROP":
			return { kind: "drop" };
		case "RETURN":
			return { kind: "return" };
		case "REJECT":
			return REJECT;
		case "MASQUERADE":
			return { kind: "masquerade", isRandomFully: false };
		default:
			return isExtension(name) && !isChain(name)
				? { kind: "unknown", words: [name] }
				: { kind: "jump", chain: unquote(name) };
	}
}

function isExtension(name: string): boolean {
	return name.length <= LONGEST_EXTENSION && EXTENSIONS.has(name);
}

function parseOption(name: string, option: string, value: string | undefined): Target | undefined {
	if (name === "MASQUERADE" && option === "--random-fully" && value === undefined) {
		return { kind: "masquerade", isRandomFully: true };
	}
	if (value === undefined) return undefined;
	if (name === "REJECT" && option === "--reject-with") return { kind: "reject", with: value };
	if (name === "DNAT" && option === "--to-destination")
		return DNAT_TO.test(value) ? { kind: "dnat", to: value } : undefined;
	return name === "MARK" ? parseMarkTarget(option, value) : undefined;
}

const LONGEST_EXTENSION = Math.max(...[...EXTENSIONS].map((name) => name.length));

/** One address, with or without a port; ranges are not modelled. */
const DNAT_TO = /^(?:[\d.]+(?::\d{1,5})?|\[[\da-fA-F:.]+\](?::\d{1,5})?|[\da-fA-F]*:[\da-fA-F]*:[\da-fA-F:.]*)$/;

const ALL = 0xffff_ffff;

/** The five ways to say it, as the kernel keeps it: the mark without the bits of `mask`, exclusive-or `value`. */
function parseMarkTarget(option: string, text: string): Target | undefined {
	if (option === "--set-xmark" || option === "--set-mark") {
		const { value, mask } = parseMarkAndMask(text) ?? {};
		if (value === undefined || mask === undefined) return undefined;
		return { kind: "mark", value, mask: option === "--set-mark" ? (mask | value) >>> 0 : mask };
	}
	const value = parseMark(text);
	if (value === undefined) return undefined;
	if (option === "--or-mark") return { kind: "mark", value, mask: value };
	if (option === "--xor-mark") return { kind: "mark", value, mask: 0 };
	return option === "--and-mark" ? { kind: "mark", value: 0, mask: (ALL & ~value) >>> 0 } : undefined;
}
