import { describe, expect, it } from "vitest";
import type { VirtualServer } from "../../src/lang/ipvs/table.ts";
import { sharesOf } from "../../src/trace/virtual-servers.ts";

/** A virtual server whose real servers have these weights: 10.0.0.1, 10.0.0.2 … */
function server(scheduler: string, weights: readonly number[], more: Partial<VirtualServer> = {}): VirtualServer {
	return {
		protocol: "tcp",
		ip: "10.96.0.1",
		port: 80,
		scheduler,
		persistenceSeconds: undefined,
		schedulerFlags: undefined,
		realServers: weights.map((weight, index) => ({
			ip: `10.0.0.${index + 1}`,
			port: 8080,
			forwarding: "masquerade",
			weight,
			origin: undefined,
		})),
		origin: undefined,
		...more,
	};
}

/** `1 0.5, 2 0.5`: the last number of the address, or `refused`, and the share. */
function shares(virtualServer: VirtualServer, affinity?: string): string {
	return sharesOf(virtualServer, affinity)
		.map(({ realServer, share }) => `${realServer?.ip.split(".")[3] ?? "refused"} ${share}`)
		.join(", ");
}

describe("the shares of real servers", () => {
	it.each<readonly [scheduler: string, weights: readonly number[], expected: string]>([
		["rr", [1, 1], "1 0.5, 2 0.5"],
		["rr", [3, 1], "1 0.5, 2 0.5"],
		["rr", [1, 0, 1, 1, 1], "1 0.25, 3 0.25, 4 0.25, 5 0.25"],
		["rr", [0, 0], "refused 1"],
		["rr", [], "refused 1"],
		["wrr", [3, 1], "1 0.75, 2 0.25"],
		["wlc", [0, 2, 2], "2 0.5, 3 0.5"],
		["fo", [1, 3, 2], "2 1"],
		["sh", [1, 1], "1 0.5, 2 0.5"],
	])("%s with weights %j", (scheduler, weights, expected) => {
		expect(shares(server(scheduler, weights))).toBe(expected);
	});

	it("are all of one who was there before, if the virtual server remembers and the real server takes connections", () => {
		const remembering = { persistenceSeconds: 10800 };
		expect(shares(server("rr", [1, 1], remembering), "10.0.0.2:8080")).toBe("2 1");
		expect(shares(server("rr", [1, 0], remembering), "10.0.0.2:8080")).toBe("1 1");
		expect(shares(server("rr", [1, 1]), "10.0.0.2:8080")).toBe("1 0.5, 2 0.5");
	});

	it("of sh without its fallback are refused in part where a weight is 0", () => {
		expect(shares(server("sh", [1, 0]))).toContain("refused");
		expect(shares(server("sh", [1, 0], { schedulerFlags: "sh-fallback" }))).toBe("1 1");
	});
});
