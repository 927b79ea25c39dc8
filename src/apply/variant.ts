import type { Table } from "../lang/iptables/ruleset.ts";
import type { Family } from "../net/ip.ts";

/** The two programs called iptables: each has its own part of the kernel. */
export type Variant = "legacy" | "nft";

/** Rules of one family that one of the two programs printed. */
export interface VariantRules {
	readonly family: Family;
	/** Undefined: the only iptables of this machine, which does not say which it is. */
	readonly variant: Variant | undefined;
	readonly tables: readonly Table[];
}

/** Which program to use, and why. */
export interface VariantChoice {
	readonly variant: Variant | undefined;
	readonly reason: string;
}

/**
 * Which of the two programs a node's rules belong into: the one the kubelet left its mark in, else the one that has
 * kube-proxy's chains, else the one that has more rules; else nft, which is what distributions install. The same for both
 * families.
 *
 * Source: the order in which iptables-wrappers of Kubernetes' distroless images decides.
 */
export function chooseVariant(read: readonly VariantRules[]): VariantChoice {
	const known = [...new Set(read.map(({ variant }) => variant))];
	const [only] = known;
	if (known.length < 2) return { variant: only, reason: "there is no other" };
	for (const { has, reason } of MARKS) {
		const found = known.filter((variant) => read.some((one) => one.variant === variant && has(one)));
		if (found.length === 1) return { variant: found[0], reason };
	}
	const count = (variant: Variant | undefined): number =>
		read.filter((one) => one.variant === variant).reduce((sum, { tables }) => sum + ruleCount(tables), 0);
	const [nft, legacy] = [count("nft"), count("legacy")];
	if (legacy > nft) return { variant: "legacy", reason: "it has more rules" };
	return { variant: "nft", reason: nft > legacy ? "it has more rules" : "nothing speaks for legacy" };
}

interface Mark {
	readonly has: (rules: VariantRules) => boolean;
	readonly reason: string;
}

const MARKS: readonly Mark[] = [
	{ has: hasChain(/^KUBE-(?:IPTABLES-HINT|KUBELET-CANARY)$/), reason: "the kubelet's chains are there" },
	{ has: hasChain(/^KUBE-/), reason: "kube-proxy's chains are there" },
];

function hasChain(pattern: RegExp): Mark["has"] {
	return ({ tables }) => tables.some(({ chains }) => chains.some(({ name }) => pattern.test(name)));
}

function ruleCount(tables: readonly Table[]): number {
	return tables.reduce((sum, { rules }) => sum + rules.length, 0);
}

/** `iptables-restore` as `iptables-nft-restore`; what is no iptables program stays. */
export function programOf(program: string, variant: Variant | undefined): string {
	return variant === undefined ? program : program.replace(/^ip6?tables/, `$&-${variant}`);
}
