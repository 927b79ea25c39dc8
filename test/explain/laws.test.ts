import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { explain } from "../../src/explain/explain.ts";
import type { ServiceExplanation } from "../../src/explain/explanation.ts";
import { describeExplanation } from "../../src/explain/print/describe.ts";
import { printExplanation } from "../../src/explain/print/print-text.ts";
import { hostPort } from "../../src/net/ip.ts";
import type { Snapshot } from "../../src/snapshot/snapshot.ts";
import { arbitraryObjects } from "../support/arbitrary-snapshot.ts";
import { clusterContext } from "./findings/context.ts";

const SEED = 20261121;
const RUNS = 25;

/** Every Service of generated clusters, in one mode, explained. */
function eachService(mode: string, check: (explanation: ServiceExplanation, snapshot: Snapshot) => void): number {
	let count = 0;
	fc.assert(
		fc.property(arbitraryObjects, (objects) => {
			const context = clusterContext({ objects, config: { mode } });
			for (const { namespace, name } of context.snapshot.services) {
				const explanation = explain(context, { kind: "service", namespace, name, port: undefined });
				if (explanation.kind !== "service") throw new Error(explanation.kind);
				check(explanation, context.snapshot);
				count++;
			}
		}),
		{ seed: SEED, numRuns: RUNS },
	);
	return count;
}

describe.each(["iptables", "ipvs", "nftables"])("explanations of generated Services in %s mode", (mode) => {
	it("have shares that are 1 together wherever clients are served", () => {
		let served = 0;
		const count = eachService(mode, ({ frontends }) => {
			for (const { verdict, shares, masqueraded } of frontends.flatMap(({ reaches }) => reaches)) {
				const all = [...shares.values()].reduce((sum, share) => sum + share, 0);
				expect(all).toBeCloseTo(verdict === "served" ? 1 : 0, 9);
				expect(masqueraded).toBeGreaterThanOrEqual(0);
				expect(masqueraded).toBeLessThanOrEqual(1 + 1e-9);
				expect(verdict).not.toBe("unknown");
				if (verdict === "served") served++;
			}
		});
		expect(count).toBeGreaterThan(RUNS);
		expect(served).toBeGreaterThan(RUNS);
	});

	it("give shares to all endpoints that the model uses, wherever its own Service answers, and to no others", () => {
		let answered = 0;
		eachService(mode, ({ frontends, endpoints }) => {
			for (const { kind, policy, servicePort, protocol, family, reaches } of frontends) {
				const own = endpoints.filter(
					(row) => row.servicePort === servicePort && row.protocol === protocol && row.family === family,
				);
				const of = (wanted: string): readonly string[] =>
					own
						.filter(({ by }) => by.includes(wanted as typeof policy))
						.map((row) => hostPort(row.address, row.port ?? 0));
				// IPVS falls back to all endpoints when a policy Local has none.
				const used = mode === "ipvs" && of(policy).length === 0 ? of("Cluster") : of(policy);
				// Pods and the node itself may use all endpoints, whatever externalTrafficPolicy says.
				const decided = reaches.filter(({ from, servedBy }) => {
					return servedBy === servicePort && (kind === "cluster-ip" || policy === "Cluster" || from === "outside");
				});
				for (const { shares } of decided) expect([...shares.keys()].sort()).toEqual([...used].sort());
				answered += decided.length;
			}
		});
		expect(answered).toBeGreaterThan(RUNS);
	});

	it("have a row for every endpoint of every slice of theirs, and a reason for each that is not used", () => {
		eachService(mode, ({ endpoints, name }, { endpointSlices }) => {
			const own = endpointSlices.filter(({ namespace, serviceName }) => `${namespace}/${serviceName}` === name);
			const listed = own.flatMap((slice) => slice.endpoints.map(({ ip }) => `${slice.name} ${ip}`));
			const shown = new Set(endpoints.map(({ slice, address }) => `${slice} ${address}`));
			expect(listed.filter((one) => !shown.has(one))).toEqual([]);
			for (const { isUsed, by, unused } of endpoints) {
				expect(isUsed).toBe(by.length > 0);
				expect(isUsed).toBe(unused === undefined);
			}
		});
	});

	it("can be printed and described", () => {
		eachService(mode, (explanation) => {
			expect(JSON.parse(JSON.stringify(describeExplanation(explanation)))).toMatchObject({ service: explanation.name });
			expect(printExplanation(explanation, false).split("\n")[0]).toContain(explanation.name);
		});
	});
});
