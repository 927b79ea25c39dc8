import fc from "fast-check";
import { expect, it } from "vitest";
import { backends, type Family, KUBE_VERSIONS } from "../../../src/index.ts";
import { applyTransaction } from "../../../src/lang/nft/apply-transaction.ts";
import { printListing } from "../../../src/lang/nft/print-listing.ts";
import { printTransaction } from "../../../src/lang/nft/print-transaction.ts";
import { equals, payload, verdict } from "../../../src/lang/nft/statement.ts";
import type { Command, Operation } from "../../../src/lang/nft/transaction.ts";
import { arbitraryConfig, arbitraryObjects } from "../../support/arbitrary-snapshot.ts";
import { modelOf } from "../../support/compile-objects.ts";
import { describeUnless } from "../../support/describe-unless.ts";
import { IS_LONG } from "../../support/is-long.ts";
import { filled, inTable, setOf } from "../../support/nft-commands.ts";
import { loadsWithNft, nftProblem } from "../../support/nft-load.ts";
import { configInMode } from "../../support/oracle.ts";

const RUNS = { seed: 20261121, numRuns: IS_LONG ? 500 : 20 };
const PLENTY = { seed: 20261121, numRuns: IS_LONG ? 50 : 5 };

const TABLES = { ipv4: { family: "ip", name: "t" }, ipv6: { family: "ip6", name: "t" } } as const;

/** Close together, so that they touch and overlap. */
const v4 = fc.integer({ min: 0, max: 40 }).map((last) => `10.0.0.${last}`);
const v6 = fc.integer({ min: 0, max: 40 }).map((last) => `fd00::${last.toString(16)}`);
const edge = fc.constantFrom(
	"0.0.0.0/0",
	"128.0.0.0/1",
	"255.255.255.255/32",
	"0.0.0.0/32",
	"10.0.1.0/24",
	"10.0.0.0/24",
);
const edge6 = fc.constantFrom(
	"::/0",
	"::1/128",
	"64:ff9b::c000:201/120",
	"fd00::/128",
	"::102:304",
	"fd00::/64",
	"fd00:0:0:1::/64",
);
const network4 = fc.oneof(
	v4,
	fc.tuple(v4, fc.integer({ min: 28, max: 32 })).map(([ip, length]) => `${ip}/${length}`),
	edge,
);
const network6 = fc.oneof(
	v6,
	fc.tuple(v6, fc.integer({ min: 124, max: 128 })).map(([ip, length]) => `${ip}/${length}`),
	edge6,
);

async function expectListed(operations: readonly Operation[]): Promise<void> {
	const { ok, stderr, listing } = await loadsWithNft(printTransaction(operations));
	expect({ ok, stderr }).toEqual({ ok: true, stderr: "" });
	expect(listing).toBe(printListing(applyTransaction(operations)));
}

describeUnless(await nftProblem(), "what nft makes of texts", () => {
	it("sets of addresses and networks are sorted and merged as svcnat says", async () => {
		const lists = fc.array(fc.array(network4, { minLength: 1, maxLength: 6 }), { minLength: 40, maxLength: 40 });
		const lists6 = fc.array(fc.array(network6, { minLength: 1, maxLength: 6 }), { minLength: 40, maxLength: 40 });
		const rules = (header: "ip" | "ip6", given: readonly (readonly string[])[]): readonly Command[] => [
			{ kind: "add-chain", chain: { name: "c", comment: undefined, hook: undefined } },
			...given.flatMap((members): readonly Command[] => {
				const match = {
					kind: "match",
					left: payload(header, "saddr"),
					isNegated: members.length % 2 === 0,
					right: { kind: "members", members, style: "spaced" },
				} as const;
				const single = equals(payload(header, "daddr"), members[0] ?? "");
				return [match, single].map((test) => ({
					kind: "add-rule",
					chain: "c",
					rule: { statements: [test, verdict({ kind: "drop" })], comment: undefined, origin: undefined },
				}));
			}),
		];
		const law = fc.asyncProperty(lists, lists6, async (of4, of6) => {
			await expectListed([...inTable(TABLES.ipv4, rules("ip", of4)), ...inTable(TABLES.ipv6, rules("ip6", of6))]);
		});
		await fc.assert(law, PLENTY);
	});

	it("elements are listed in the order that svcnat says", async () => {
		const port = fc.integer({ min: 1, max: 65535 }).map(String);
		const protocol = fc.constantFrom("tcp", "udp", "sctp");
		const any4 = fc.oneof(v4, fc.ipV4());
		const keys = fc.record({
			plain4: fc.uniqueArray(any4, { maxLength: 30 }),
			plain6: fc.uniqueArray(v6, { maxLength: 30 }),
			ports: fc.uniqueArray(fc.tuple(protocol, port), { maxLength: 30, selector: String }),
			keys4: fc.uniqueArray(fc.tuple(any4, protocol, port), { maxLength: 30, selector: String }),
			keys6: fc.uniqueArray(fc.tuple(fc.oneof(v6, fc.constantFrom("::102:304", "::1")), protocol, port), {
				maxLength: 30,
				selector: String,
			}),
		});
		const law = fc.asyncProperty(keys, async ({ plain4, plain6, ports, keys4, keys6 }) => {
			const single = (texts: readonly string[]) => texts.map((text) => [text]);
			await expectListed([
				...inTable(TABLES.ipv4, [
					...filled("plain", ["ipv4_addr"], single(plain4)),
					...filled("ports", ["inet_proto", "inet_service"], ports),
					...filled("keys", ["ipv4_addr", "inet_proto", "inet_service"], keys4),
				]),
				...inTable(TABLES.ipv6, [
					...filled("plain", ["ipv6_addr"], single(plain6)),
					...filled("keys", ["ipv6_addr", "inet_proto", "inet_service"], keys6),
				]),
			]);
		});
		await fc.assert(law, PLENTY);
	});

	it("priorities, durations and masks are written as svcnat says", async () => {
		const table = TABLES.ipv4;
		const hooks = ["prerouting", "input", "forward", "output", "postrouting"];
		const chains = hooks.flatMap((hook) =>
			Array.from({ length: 130 }, (_, index): Command => {
				const priority = index * 5 - 320;
				const where = { type: "filter", hook, device: undefined, priority, policy: undefined };
				return { kind: "add-chain", chain: { name: `${hook}${index}`, comment: undefined, hook: where } };
			}),
		);
		const seconds = [1, 59, 60, 61, 90, 600, 3599, 3600, 10800, 86399, 86400, 90061];
		const sets = seconds.map(
			(timeoutSeconds): Command => ({
				kind: "add-set",
				set: { ...setOf(`s${timeoutSeconds}`, ["ipv4_addr"]), flags: ["timeout"], timeoutSeconds },
			}),
		);
		const marks = Array.from({ length: 32 }, (_, bit) => 2 ** bit).flatMap((bits) =>
			[true, false].map(
				(isNegated): Command => ({
					kind: "add-rule",
					chain: "input0",
					rule: {
						statements: [
							{
								kind: "match",
								left: { kind: "masked-mark", operator: "and", bits },
								isNegated,
								right: { kind: "value", text: "0" },
							},
							{ kind: "set-mark", value: { kind: "masked-mark", operator: isNegated ? "xor" : "or", bits } },
						],
						comment: undefined,
						origin: undefined,
					},
				}),
			),
		);
		await expectListed(inTable(table, [...chains, ...sets, ...marks]));
	});

	it("generated snapshots load, and are listed as svcnat says", async () => {
		const input = fc.record({
			objects: arbitraryObjects,
			config: arbitraryConfig,
			family: fc.constantFrom<Family>("ipv4", "ipv6"),
			kubeVersion: fc.constantFrom(...KUBE_VERSIONS.slice(1)),
		});
		const law = fc.asyncProperty(input, async ({ config, ...given }) => {
			const model = modelOf({ ...given, config: configInMode(config, "nftables") });
			const [sent, listed] = backends.nftables((backend) =>
				backend.parts([backend.build(model)]).map((part) => part.print()),
			);
			const { ok, stderr, listing } = await loadsWithNft(sent ?? "");
			expect({ ok, stderr }).toEqual({ ok: true, stderr: "" });
			expect(listing).toBe(listed);
		});
		await fc.assert(law, RUNS);
	});
});
