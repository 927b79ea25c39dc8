import type { RealServer } from "../lang/ipvs/table.ts";
import { hostPort, type IP, isLoopback } from "../net/ip.ts";
import { type Flow, withStep } from "./flow.ts";
import type { Step } from "./outcome.ts";
import type { Hook } from "./packet.ts";
import { sharesOf } from "./virtual-servers.ts";
import { finish, type Next, type Trip } from "./visit.ts";

/** Where a packet goes on: to another machine, or to a process on this node. */
export interface Ways {
	readonly onward: Next;
	readonly here: Next;
}

/**
 * Asks the kernel's load balancer, which looks at packets to addresses of the node. It translates without conntrack's
 * knowing: `ctstate DNAT` does not match afterwards. Source: measured in a kernel with IP_VS.
 */
export function balance(trip: Trip, hook: Hook, flow: Flow, ways: Ways): void {
	const { findServer, affinity, packet } = trip.journey;
	const server = flow.virtualServer === undefined ? findServer(flow.to, packet.protocol, flow.port) : undefined;
	if (server === undefined) {
		ways.here(flow);
		return;
	}
	const place = {
		hook,
		table: "ipvs",
		chain: `${hostPort(server.ip, server.port)}/${server.protocol}`,
		rule: undefined,
		virtualServer: server,
		mark: flow.mark,
	};
	for (const { realServer, number, share } of sharesOf(server, affinity)) {
		const part = { ...flow, probability: flow.probability * share };
		if (realServer === undefined) {
			refuse(withStep(part, { ...place, number, action: "no real server", act: { kind: "reject" } }));
			continue;
		}
		const to = hostPort(realServer.ip, realServer.port);
		const step: Step = { ...place, number, realServer, action: `real server ${to}`, act: { kind: "dnat", to } };
		sendTo(trip, realServer, { ...withStep(part, step), virtualServer: server }, ways);
	}
}

/**
 * Whatever the protocol, the answer is the ICMP error, not a reset. A process of the node itself sees less: its datagrams
 * fail with "operation not permitted". Source: measured.
 */
function refuse(flow: Flow): void {
	finish(flow, "rejected", flow.to.includes(":") ? "icmp6-port-unreachable" : "icmp-port-unreachable");
}

function sendTo({ journey }: Trip, { ip, port, forwarding }: RealServer, flow: Flow, ways: Ways): void {
	const next = { ...flow, to: ip, port };
	if (forwarding !== "masquerade") {
		const doubt = `packets to real servers by ${forwarding} are not followed`;
		finish(next, "unknown", undefined, doubt);
	} else if (journey.isLocal(ip)) {
		ways.here(next);
	} else if (isLoopback(flow.from as IP)) {
		// The kernel lets no packet out that comes from a loopback address, and drops it as it was. Source: measured.
		finish(flow, "dropped");
	} else {
		ways.onward(next);
	}
}
