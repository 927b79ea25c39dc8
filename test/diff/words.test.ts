import { describe, expect, it } from "vitest";
import type { ChangeKind } from "../../src/diff/change.ts";
import { diff } from "../../src/diff/diff.ts";
import { type WebOptions, webState } from "../support/diff-objects.ts";

/** Something that happens to a Service, and what clients are told. */
interface Happening {
	readonly what: string;
	readonly old: WebOptions | undefined;
	readonly current: WebOptions | undefined;
	readonly kind: ChangeKind;
	/** In the message when it is told as before and after, and when the node is still as before. */
	readonly says: readonly string[];
	readonly saysLive?: readonly string[];
}

const TWO = ["10.244.1.1", "10.244.2.2"];
const THREE = [...TWO, "10.244.3.3"];
const IP = "cluster IP 10.96.0.20:80/tcp";
const PORT = "node port 30080/tcp";
const LB = "load-balancer IP 203.0.113.9:80/tcp";
const balanced = (ranges: readonly string[]): WebOptions => ({
	ingress: "203.0.113.9",
	nodePort: 30080,
	spec: { loadBalancerSourceRanges: ranges },
});
const sticky = (seconds: number): WebOptions => ({
	spec: { sessionAffinity: "ClientIP", sessionAffinityConfig: { clientIP: { timeoutSeconds: seconds } } },
});
const external = (policy: string): WebOptions => ({
	nodePort: 30080,
	endpoints: TWO,
	spec: { externalTrafficPolicy: policy },
});

const HAPPENINGS: readonly Happening[] = [
	{
		what: "a Service appears",
		old: undefined,
		current: { endpoints: TWO },
		kind: "service-added",
		says: ["appears", IP, "2 endpoints, 50 % each"],
		saysLive: ["knows nothing", IP],
	},
	{
		what: "a Service disappears",
		old: {},
		current: undefined,
		kind: "service-removed",
		says: ["disappears", IP],
		saysLive: ["still serves", IP, "1 endpoint, 100 %"],
	},
	{
		what: "an endpoint is gained",
		old: { endpoints: TWO },
		current: { endpoints: THREE },
		kind: "endpoint-added",
		says: ["10.244.3.3:8080", "new", IP],
		saysLive: ["10.244.3.3:8080", "missing on the node", IP],
	},
	{
		what: "an endpoint is lost",
		old: { endpoints: THREE },
		current: { endpoints: TWO },
		kind: "endpoint-removed",
		says: ["10.244.3.3:8080", "gone", IP],
		saysLive: ["10.244.3.3:8080", "left over on the node", IP],
	},
	{
		what: "the last endpoint is lost",
		old: {},
		current: { endpoints: [] },
		kind: "verdict-changed",
		says: [IP, "rejected", "forwarded"],
	},
	{
		what: "the policy for traffic from outside becomes Local",
		old: external("Cluster"),
		current: external("Local"),
		kind: "policy-changed",
		says: [PORT, "Local", "Cluster"],
	},
	{
		what: "the policy for traffic inside becomes Cluster",
		old: { endpoints: TWO, spec: { internalTrafficPolicy: "Local" } },
		current: { endpoints: TWO, spec: { internalTrafficPolicy: "Cluster" } },
		kind: "policy-changed",
		says: [IP, "Local", "Cluster"],
	},
	{
		what: "clients stay for another time",
		old: sticky(600),
		current: sticky(60),
		kind: "affinity-changed",
		says: [IP, "600 s", "60 s"],
	},
	{
		what: "clients stay no longer",
		old: sticky(600),
		current: {},
		kind: "affinity-changed",
		says: [IP, "600 s", "none"],
	},
	{
		what: "other networks may use it",
		old: balanced(["198.51.100.0/24"]),
		current: balanced(["192.0.2.0/24"]),
		kind: "source-ranges-changed",
		says: [LB, "198.51.100.0/24", "192.0.2.0/24"],
	},
	{
		what: "everybody may use it",
		old: balanced(["198.51.100.0/24"]),
		current: balanced([]),
		kind: "source-ranges-changed",
		says: [LB, "198.51.100.0/24", "everybody"],
	},
	{
		what: "everybody is masqueraded",
		old: {},
		current: { config: { iptables: { masqueradeAll: true } } },
		kind: "masquerade-changed",
		says: [IP, "everybody", "clients outside 10.244.0.0/16"],
	},
	{
		what: "nobody is masqueraded",
		old: {},
		current: { config: { clusterCIDR: "" } },
		kind: "masquerade-changed",
		says: [IP, "nobody"],
	},
	{
		what: "a node port is gone",
		old: { nodePort: 30080 },
		current: {},
		kind: "frontend-removed",
		says: [PORT, "disappears"],
		saysLive: [PORT, "left over on the node"],
	},
	{
		what: "a node port is another one",
		old: { nodePort: 30080 },
		current: { nodePort: 30081 },
		kind: "frontend-added",
		says: ["node port 30081/tcp", "appears", "1 endpoint, 100 %"],
		saysLive: ["node port 30081/tcp", "missing on the node"],
	},
];

describe("what clients are told", () => {
	it.each(HAPPENINGS)("when $what", ({ old, current, kind, says, saysLive = says }) => {
		for (const telling of ["before-after", "live"] as const) {
			const { equal, services } = diff(webState(old), webState(current), { telling });
			expect({ equal, names: services.map(({ servicePort }) => servicePort) }).toEqual({
				equal: false,
				names: ["shop/web"],
			});
			const messages = services[0]?.changes.filter((change) => change.kind === kind).map(({ message }) => message);
			const wanted = (telling === "live" ? saysLive : says).map((word) => expect.stringContaining(word));
			expect(messages?.length, telling).toBeGreaterThan(0);
			for (const word of wanted) expect(messages, telling).toEqual(expect.arrayContaining([word]));
		}
	});

	it("is nothing when nothing happens", () => {
		for (const { old, current } of HAPPENINGS) {
			expect(diff(webState(old), webState(old))).toMatchObject({ equal: true, services: [] });
			expect(diff(webState(current), webState(current), { telling: "live" })).toMatchObject({ equal: true });
		}
	});
});
