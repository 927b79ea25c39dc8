import { describe, expect, it } from "vitest";
import { endpoint, foundIn, NODES, service, slice } from "./cluster.ts";

const HERE = slice([endpoint("10.244.1.1"), endpoint("10.244.2.1", "n2")]);

describe("findings in other words", () => {
	it.each([
		[45, "45 seconds"],
		[1, "1 second"],
		[60, "1 minute (60 s)"],
		[5400, "90 minutes (5400 s)"],
		[3600, "1 hour (3600 s)"],
	])("an affinity of %i seconds comes to %s, in IPVS mode since the last connection", (timeoutSeconds, words) => {
		const spec = { sessionAffinity: "ClientIP", sessionAffinityConfig: { clientIP: { timeoutSeconds } } };
		const [found] = foundIn({ objects: [service("web", spec), HERE], config: { mode: "ipvs" } }, "AFFINITY");
		expect(found?.[2]).toContain(`until it has had no connection for ${words}. `);
	});

	it("hints are no matter before 1.33, where gates and annotations decide", () => {
		const hinted = endpoint("10.244.1.1", "n1", { hints: { forZones: [{ name: "zone-a" }] } });
		const objects = [...NODES, service(), slice([hinted, endpoint("10.244.2.1", "n2")])];
		expect(foundIn({ objects, kubeVersion: "1.33" }, "HINTS_INCOMPLETE")).toHaveLength(1);
		expect(foundIn({ objects, kubeVersion: "1.32" }, "HINTS_INCOMPLETE")).toEqual([]);
	});
});
