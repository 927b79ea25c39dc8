import { describe, expect, it } from "vitest";
import { diff } from "../../src/diff/diff.ts";
import { printCommand } from "../../src/index.ts";
import { type WebOptions, webState } from "../support/diff-objects.ts";

const TWO = ["10.244.1.1", "10.244.2.2"];
const UDP: WebOptions = { protocol: "UDP", endpoints: TWO };
const CLUSTER_IP = "conntrack -D -p udp --orig-dst 10.96.0.20 --orig-port-dst 80";
const NODE_PORT = "conntrack -D -p udp --orig-port-dst 30080";
const V6: WebOptions = { protocol: "UDP", family: "ipv6", endpoints: ["fd00:10:244::1", "fd00:10:244::2"] };
const V6_IP = "conntrack -D -f ipv6 -p udp --orig-dst fd00:10:96::20 --orig-port-dst 80";

/** What happens to a Service, and what conntrack has to forget. */
const HAPPENINGS: readonly (readonly [
	what: string,
	old: WebOptions | undefined,
	current: WebOptions | undefined,
	commands: readonly string[],
])[] = [
	["an endpoint is gone", UDP, { ...UDP, endpoints: ["10.244.1.1"] }, [`${CLUSTER_IP} --dst-nat 10.244.2.2`]],
	[
		"an endpoint is another one",
		UDP,
		{ ...UDP, endpoints: ["10.244.1.1", "10.244.3.3"] },
		[`${CLUSTER_IP} --dst-nat 10.244.2.2`],
	],
	[
		"all endpoints are gone",
		UDP,
		{ ...UDP, endpoints: [] },
		[`${CLUSTER_IP} --dst-nat 10.244.1.1`, `${CLUSTER_IP} --dst-nat 10.244.2.2`],
	],
	["the first endpoint is there", { ...UDP, endpoints: [] }, UDP, [CLUSTER_IP]],
	["the Service is gone", UDP, undefined, [CLUSTER_IP]],
	[
		"an endpoint is gone behind a node port",
		{ ...UDP, nodePort: 30080 },
		{ ...UDP, nodePort: 30080, endpoints: ["10.244.1.1"] },
		[`${CLUSTER_IP} --dst-nat 10.244.2.2`, `${NODE_PORT} --dst-nat 10.244.2.2`],
	],
	["the node port is gone", { ...UDP, nodePort: 30080 }, UDP, [NODE_PORT]],
	["an IPv6 endpoint is gone", V6, { ...V6, endpoints: ["fd00:10:244::1"] }, [`${V6_IP} --reply-src fd00:10:244::2`]],
	["an endpoint is new", { ...UDP, endpoints: ["10.244.1.1"] }, UDP, []],
	["the Service is new", undefined, UDP, []],
	["a TCP endpoint is gone", { endpoints: TWO }, {}, []],
	["a TCP Service is gone", {}, undefined, []],
	["clients of UDP are masqueraded otherwise", UDP, { ...UDP, config: { iptables: { masqueradeAll: true } } }, []],
	["nothing", UDP, UDP, []],
];

describe("what conntrack has to forget", () => {
	it.each(HAPPENINGS)("when this happens: %s", (_, old, current, commands) => {
		const { conntrack } = diff(webState(old), webState(current));
		expect(conntrack.map(({ command }) => printCommand(command))).toEqual(commands);
	});

	it("is the same when the node is still as before", () => {
		for (const [, old, current, commands] of HAPPENINGS.filter(([, old]) => old !== undefined)) {
			const { conntrack } = diff(webState(old), webState(current), { telling: "live" });
			expect(conntrack.map(({ command }) => printCommand(command))).toEqual(commands);
		}
	});

	it("are connections that clients tried while the node knew nothing of the Service", () => {
		const { conntrack } = diff(webState(undefined), webState(UDP), { telling: "live" });
		expect(conntrack.map(({ command }) => printCommand(command))).toEqual([CLUSTER_IP]);
	});
});
