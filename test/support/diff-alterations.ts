import { pick, type Random } from "./diff-random.ts";

/** The rule, and the same with one match or target changed so that it does something else; undefined when it has none. */
type Alteration = (rule: string, random: Random) => readonly [before: string, after: string] | undefined;

function replacing(pattern: RegExp, replacement: (found: readonly string[], random: Random) => string): Alteration {
	return (rule, random) => {
		const found = pattern.exec(rule);
		if (found === null) return undefined;
		const end = found.index + found[0].length;
		return [rule, rule.slice(0, found.index) + replacement(found, random) + rule.slice(end)];
	};
}

function anyNumber(random: Random): number {
	return 1 + Math.floor(random() * 9000);
}

/** An address that no case has, in the family of another one. */
function otherAddress(address: string, random: Random): string {
	return address.includes(":") ? `2001:db8:ffff::${anyNumber(random)}` : `198.19.77.${1 + (anyNumber(random) % 250)}`;
}

/** Each one changes what packets a rule matches, or what happens to them. */
export const ALTERATIONS: readonly Alteration[] = [
	replacing(/--dport (\d+)/, ([, port], random) => `--dport ${(Number(port) + anyNumber(random)) % 65_536}`),
	replacing(/-d (\S+)\/(32|128)/, ([, ip = "", length], random) => `-d ${otherAddress(ip, random)}/${length}`),
	replacing(/-s (\S+)\/(32|128)/, ([, ip = "", length], random) => `-s ${otherAddress(ip, random)}/${length}`),
	replacing(/(! )?-([sdi]) /, ([, negation, letter]) => `${negation === undefined ? "! " : ""}-${letter} `),
	replacing(/(?:! )?-[sd] \S+ /, () => ""),
	replacing(/(-[si]) (\S+) /, ([, option, value = ""], random) =>
		option === "-i" ? `-i ${value}x ` : `-s ${otherAddress(value, random)} `,
	),
	replacing(/--probability (\S+)/, ([, value]) => `--probability ${(Number(value) * 0.75).toFixed(11)}`),
	replacing(/-m statistic --mode random --probability \S+ /, () => ""),
	replacing(/--seconds (\d+)/, ([, seconds], random) => `--seconds ${Number(seconds) + anyNumber(random)}`),
	replacing(/--name \S+/, () => "--name ANOTHER"),
	replacing(/--ctstate \S+/, ([text]) => (text === "--ctstate NEW" ? "--ctstate INVALID" : "--ctstate NEW")),
	replacing(/-m addrtype (--\w+-type LOCAL)/, ([, type]) => `-m addrtype ! ${type}`),
	replacing(/-m addrtype --\w+-type LOCAL /, () => ""),
	replacing(/(! )?--mark /, ([, negation]) => (negation === undefined ? "! --mark " : "--mark ")),
	replacing(/--mark (0x[0-9a-f]+)\/\S+/, () => "--mark 0x1/0x1"),
	replacing(/--set-xmark \S+/, () => "--set-xmark 0x1/0x1"),
	replacing(/ --random-fully/, () => ""),
	replacing(/--reject-with \S+/, () => "--reject-with tcp-reset"),
	replacing(/--to-destination (.*):\d+/, ([, ip], random) => `--to-destination ${ip}:${anyNumber(random) + 20_000}`),
	replacing(/-j (\S+).*/, ([, target], random) => {
		const others = ["ACCEPT", "DROP", "RETURN", "KUBE-MARK-MASQ"].filter((other) => other !== target);
		return `-j ${pick(random, others)}`;
	}),
];
