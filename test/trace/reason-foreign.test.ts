import { describe, expect, it } from "vitest";
import type { Outcome } from "../../src/trace/outcome.ts";
import { reasonOf } from "../../src/trace/print/reason.ts";
import { stopsOf } from "../../src/trace/print/stops.ts";
import { chain, FORWARD, ownChain, PREROUTING, table, throughTables } from "../support/nft-traced.ts";

const NAT = "type nat hook postrouting priority 90";

function only(listing: string): Outcome {
	const [outcome, ...others] = throughTables(listing);
	expect(others).toEqual([]);
	if (outcome === undefined) throw new Error("no outcome");
	return outcome;
}

describe("what rules of others do to a packet", () => {
	it("is not said of the client when they rewrite the source", () => {
		const translated = chain("d", "type nat hook prerouting priority -100", ["dnat to 10.2.2.2:80"]);
		const outcome = only(table("ip t", [translated, chain("s", NAT, ["snat to 198.51.100.7"])]));
		expect(reasonOf([outcome])).toBe(
			"forwarded to 10.2.2.2:80; its source is rewritten by a rule of somebody else: the endpoint sees 198.51.100.7 as its client",
		);
		expect(stopsOf(outcome, false).map(({ lines }) => lines.join(", "))).toContain(
			"source becomes 198.51.100.7, SNAT in s",
		);
	});

	it("is said of a packet for no Service, too", () => {
		const outcome = only(table("ip t", [chain("s", NAT, ["snat to 198.51.100.7"])]));
		expect(reasonOf([outcome])).toBe("passed on: its source becomes 198.51.100.7: it is for no Service");
	});

	it.each([
		["dropped", "drop", "dropped without an answer by a rule of somebody else in m (table inet fw)"],
		["rejected", "reject", "rejected with icmp-port-unreachable by a rule of somebody else in m (table inet fw)"],
	])("is not put down to a Service when it is %s behind its translation", (_, verdict, words) => {
		const service = "service-KHN6ECMT-shop/web/tcp/http";
		const chains = [
			chain("nat-prerouting", PREROUTING, [`goto ${service}`]),
			ownChain(service, ["dnat to 10.2.2.2:80"]),
		];
		const outcome = only(table("ip kube-proxy", chains) + table("inet fw", [chain("m", FORWARD, [verdict])]));
		expect(reasonOf([outcome])).toBe(words);
	});
});
