import { afterAll, describe, expect, it } from "vitest";
import { backends } from "../../src/backends.ts";
import { diff } from "../../src/diff/diff.ts";
import { parseIptables } from "../../src/lang/iptables/parse.ts";
import type { NodeState } from "../../src/lang/node-state.ts";
import { modelOfCase, type ReadCase, readCase } from "../support/compile-case.ts";
import { type Capture, captures, oracleCases } from "../support/oracle.ts";
import { RANDOM_CASE } from "../support/oracle-exceptions.ts";

/** What was captured there differs from what is compiled: oracle.test.ts says why. */
const DIFFERENT: readonly string[] = ["94-odd-addresses 1.30 save.v4.txt"];

describe("what real kube-proxies programmed, compared with what is compiled", () => {
	let compared = 0;
	for (const read of oracleCases().map(readCase)) {
		it(`${read.case.name} does not differ`, () => {
			for (const capture of captures(read.case.name, "iptables")) {
				const label = `${read.case.name} ${capture.version} ${capture.file}`;
				const states = statesOf(read, capture);
				if (states === undefined || read.case.name === RANDOM_CASE) continue;
				const { equal, services, findings } = diff(states.live, states.wanted, { telling: "live" });
				expect({ label, equal }).toEqual({ label, equal: !DIFFERENT.includes(label) });
				if (equal) expect({ label, services, findings }).toEqual({ label, services: [], findings: [] });
				compared++;
			}
		});
	}

	it("is nearly everything that was captured", () => {
		expect(compared).toBe(2827);
	});

	afterAll(() => console.log(`diff: ${compared} captured texts compared with what is compiled`));
});

function statesOf(read: ReadCase, { version, file, text }: Capture) {
	const family = file.includes(".v4.") ? "ipv4" : "ipv6";
	const model = modelOfCase(read, version, family);
	if (model === undefined) return undefined;
	const wanted = backends.iptables((backend) => backend.state(backend.build(model)));
	const live: NodeState = {
		family,
		iptables: parseIptables(text).sections[0]?.tables ?? [],
		virtualServers: undefined,
		sets: undefined,
		dummyIPs: undefined,
		extent: file.startsWith("save") ? "node" : "restored",
	};
	return { live, wanted };
}
