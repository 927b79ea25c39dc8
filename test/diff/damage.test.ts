import { describe, expect, it } from "vitest";
import { diff } from "../../src/diff/diff.ts";
import { printRuleset, rulePrinter } from "../../src/lang/iptables/print.ts";
import { shopState } from "../support/diff-shop.ts";
import { stateOf } from "../support/diff-states.ts";

const wanted = shopState("ipv4");
const text = printRuleset({ family: "ipv4", tables: wanted.iptables ?? [] }, "save");
const rules = (wanted.iptables ?? []).flatMap((table) => table.rules);
const print = rulePrinter("ipv4", "save");

/** Every endpoint of the shop, with its chain. */
const ENDPOINTS = rules.flatMap(({ chain, target, origin }) =>
	target?.kind === "dnat" ? [{ chain, endpoint: target.to, servicePort: origin?.subject }] : [],
);

/** What is told when the node has another text than it should. */
function told(live: string) {
	const { equal, services } = diff(stateOf(live, "ipv4"), wanted, { telling: "live" });
	return { equal, services, first: services[0]?.changes[0], all: services.flatMap(({ changes }) => changes) };
}

function without(isGone: (line: string) => boolean): string {
	return text
		.split("\n")
		.filter((line) => !isGone(line))
		.join("\n");
}

describe("a node of the shop", () => {
	it("is as it should be with the rules that are compiled", () => {
		expect(ENDPOINTS.length).toBeGreaterThan(5);
		expect(told(text)).toMatchObject({ equal: true, services: [] });
	});

	it.each(ENDPOINTS)("without the chain of $endpoint of $servicePort: it is named first", ({
		chain,
		endpoint,
		servicePort,
	}) => {
		const { services, first } = told(without((line) => line.includes(chain)));
		expect(services.map((service) => service.servicePort)).toEqual([servicePort]);
		expect(first?.message).toContain(endpoint);
	});

	it.each(ENDPOINTS)("with the chain of $endpoint empty: it is named first, and how many connections are lost", ({
		chain,
		endpoint,
		servicePort,
	}) => {
		const { services, first } = told(without((line) => line.startsWith(`-A ${chain} `)));
		expect(services.map((service) => service.servicePort)).toEqual([servicePort]);
		expect(first?.message).toContain(endpoint);
		expect(services[0]?.changes.some(({ message }) => /\d %|no answer/.test(message))).toBe(true);
	});

	it("with another probability: says the parts", () => {
		const changed = text.replace("--probability 0.50000000000", "--probability 0.25000000000");
		expect(changed).not.toBe(text);
		const { all } = told(changed);
		expect(all.map(({ kind }) => kind)).toContain("share-changed");
		expect(all.map(({ message }) => message).join()).toMatch(/25 %.*75 %/);
	});

	it("that drops what it should reject: says so", () => {
		const changed = text.replace(/(-A KUBE-SERVICES .*) -j REJECT .*/, "$1 -j DROP");
		expect(changed).not.toBe(text);
		const { first } = told(changed);
		expect(first).toMatchObject({ kind: "verdict-changed" });
		expect(first?.message).toMatch(/are dropped.*should be rejected/);
	});

	it("without one of its jumps: says which traffic is concerned, before anything else", () => {
		const jumps = rules.filter(({ chain }) => /^[A-Z]+$/.test(chain)).map(print);
		expect(jumps.length).toBeGreaterThan(8);
		for (const jump of jumps) {
			const { services, first } = told(without((line) => line === jump));
			expect(
				services.map(({ servicePort }) => servicePort),
				jump,
			).toEqual(["shared"]);
			expect(first?.message, jump).toContain(jump.split(" ")[1]);
			expect(first?.message.length, jump).toBeGreaterThan(
				`filter ${jump.split(" ")[1]}: 1 line missing on the node`.length,
			);
		}
	});
});
