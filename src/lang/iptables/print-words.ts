import type { Family } from "../../net/ip.ts";
import type { Protocol } from "../../net/protocol.ts";
import type { Dialect } from "./dialect.ts";
import { longHex, restoreProbability, saveProbability, shortHex } from "./numbers.ts";
import { quoteForRestore, quoteForSave } from "./quote.ts";
import type { AddressMatch, Match } from "./ruleset.ts";

type IpvsMatch = Extract<Match, { kind: "ipvs" }>;

/** What differs between dialects below the level of a rule. */
export interface Words {
	readonly quote: (text: string) => string;
	readonly address: (match: AddressMatch) => string;
	readonly mark: (value: number, mask: number) => string;
	readonly setMark: (value: number, mask: number) => string;
	readonly probability: (probability: number) => string;
	readonly nfacct: (name: string) => string;
	readonly recent: (list: string, action: string) => string;
	/** The error of a REJECT that does not name one. */
	readonly reject: string | undefined;
	readonly ipvs: (match: IpvsMatch) => string;
}

/** The words of a dialect, for a family. */
export function wordsOf(family: Family, dialect: Dialect): Words {
	return dialect === "restore" ? RESTORE_WORDS : SAVE_WORDS[family];
}

const RESTORE_WORDS: Words = {
	quote: quoteForRestore,
	address: ({ address, prefixLength }) => (prefixLength === undefined ? address : `${address}/${prefixLength}`),
	mark: (value, mask) => `${longHex(value)}/${longHex(mask)}`,
	setMark: (value, mask) => {
		if (mask === 0) return `--xor-mark ${longHex(value)}`;
		return value === mask ? `--or-mark ${longHex(value)}` : `--set-xmark ${longHex(value)}/${longHex(mask)}`;
	},
	probability: restoreProbability,
	nfacct: (name) => name,
	recent: (list, action) => `--name ${list} ${action}`,
	reject: undefined,
	ipvs: ({ ip, protocol, port }) => `--vaddr ${ip} --vproto ${protocol} --vport ${port}`,
};

/** A mask that the tool leaves out of a match. */
const ALL_BITS = 0xffff_ffff;

/** As the kernel knows protocols. */
const PROTOCOL_NUMBERS: Readonly<Record<Protocol, number>> = { tcp: 6, udp: 17, sctp: 132 };

const SAVE_WORDS: Readonly<Record<Family, Words>> = {
	ipv4: saveWords(32, "255.255.255.255", "icmp-port-unreachable"),
	ipv6: saveWords(128, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "icmp6-port-unreachable"),
};

function saveWords(bits: number, fullMask: string, reject: string): Words {
	return {
		quote: quoteForSave,
		address: ({ address, prefixLength }) => `${address}/${prefixLength ?? bits}`,
		mark: (value, mask) => (mask === ALL_BITS ? shortHex(value) : `${shortHex(value)}/${shortHex(mask)}`),
		setMark: (value, mask) => `--set-xmark ${shortHex(value)}/${shortHex(mask)}`,
		probability: saveProbability,
		// iptables-save 1.8.9 prints this blank twice.
		nfacct: (name) => ` ${name}`,
		recent: (list, action) => `${action} --name ${list} --mask ${fullMask} --rsource`,
		reject,
		ipvs: ({ ip, protocol, port }) => `--vproto ${PROTOCOL_NUMBERS[protocol]} --vaddr ${ip} --vport ${port}`,
	};
}
