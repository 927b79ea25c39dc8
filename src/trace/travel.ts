import { type IP, isLoopback } from "../net/ip.ts";
import { balance } from "./balance.ts";
import type { Flow } from "./flow.ts";
import { finish, type Next, type Trip, visit, type Way } from "./visit.ts";

/** The packet passes all hooks, in the kernel's order. Source: measured, with rules in every table at every hook. */
export function travel(trip: Trip, flow: Flow): void {
	if (trip.journey.packet.isFromNode) sent(trip, flow);
	else arrived(trip, flow);
}

const UNKNOWN_SERVERS =
	"the node is in IPVS mode and its virtual servers are not known; give what ipvsadm -Sn and ipset save print, too";

function arrived(trip: Trip, flow: Flow): void {
	const { packet, isLocal, lacksServers } = trip.journey;
	const way = { inInterface: packet.inInterface, outInterface: "" };
	visit(trip, { hook: "PREROUTING", part: "all" }, way, flow, (routed) => {
		if (lacksServers && !routed.isTranslated) finish(routed, "unknown", undefined, UNKNOWN_SERVERS);
		else if (isLocal(routed.to)) received(trip, routed, way);
		else forwarded(trip, routed);
	});
}

/** To an address of the node: virtual servers are asked after the filters. */
function received(trip: Trip, flow: Flow, way: Way): void {
	visit(trip, { hook: "INPUT", part: "before servers" }, way, flow, (kept) =>
		balance(trip, "INPUT", kept, {
			onward: (next) => leftByServer(trip, next),
			here: (next) => visit(trip, { hook: "INPUT", part: "behind servers" }, way, next, (last) => deliver(trip, last)),
		}),
	);
}

function deliver({ journey }: Trip, flow: Flow): void {
	if (!isLoopback(flow.to as IP) || journey.packet.isFromNode) finish(flow, "delivered");
	else {
		const doubt = "it depends on route_localnet whether packets from outside get to loopback addresses";
		finish(flow, "unknown", undefined, doubt);
	}
}

function forwarded(trip: Trip, flow: Flow): void {
	const { packet, interfaceTo } = trip.journey;
	const way = { inInterface: packet.inInterface, outInterface: interfaceTo(flow.to) };
	visit(trip, { hook: "FORWARD", part: "all" }, way, flow, (kept) => left(trip, kept));
}

/** What came in keeps its interface: rules of a user chain may ask for it even here. Source: measured. */
function left(trip: Trip, flow: Flow): void {
	const { packet, interfaceTo } = trip.journey;
	const way = { inInterface: packet.isFromNode ? "" : packet.inInterface, outInterface: interfaceTo(flow.to) };
	visit(trip, { hook: "POSTROUTING", part: "all" }, way, flow, (kept) => finish(kept, "forwarded"));
}

/**
 * A virtual server sends it on, as if the node had made it, but the mark stays; what the node itself sent passes OUTPUT
 * a second time. nat is not asked there, as it was before. Source: measured.
 */
function leftByServer(trip: Trip, flow: Flow): void {
	const way = { inInterface: "", outInterface: trip.journey.interfaceTo(flow.to) };
	visit(trip, { hook: "OUTPUT", part: "all", isAgain: true }, way, flow, (kept) => left(trip, kept));
}

function sent(trip: Trip, flow: Flow): void {
	const { isLocal, lacksServers, interfaceTo } = trip.journey;
	const wayTo = (to: string): Way => ({ inInterface: "", outInterface: isLocal(to) ? "lo" : interfaceTo(to) });
	const first = wayTo(flow.to);
	visit(trip, { hook: "OUTPUT", part: "before servers" }, first, flow, (routed) => {
		if (lacksServers && !routed.isTranslated) {
			finish(routed, "unknown", undefined, UNKNOWN_SERVERS);
			return;
		}
		balance(trip, "OUTPUT", routed, {
			onward: (next) => leftByServer(trip, next),
			here: (next) =>
				visit(trip, { hook: "OUTPUT", part: "behind servers" }, first, next, (kept) => {
					if (isLocal(kept.to)) loop(trip, kept, wayTo(kept.to));
					else left(trip, kept);
				}),
		});
	});
}

/** It comes in again by the loopback interface, and nat is asked once for a connection. */
function loop(trip: Trip, flow: Flow, way: Way): void {
	const inside = { inInterface: "lo", outInterface: "" };
	const enter: Next = (back) =>
		visit(trip, { hook: "PREROUTING", part: "all", isAgain: true }, inside, back, (again) =>
			visit(trip, { hook: "INPUT", part: "all", isAgain: true }, inside, again, (kept) => deliver(trip, kept)),
		);
	visit(trip, { hook: "POSTROUTING", part: "all" }, way, flow, enter);
}
