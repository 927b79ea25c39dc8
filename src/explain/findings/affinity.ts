import { isIpvs } from "../node-addresses.ts";
import { type Finder, finding } from "./subject.ts";
import { duration } from "./words.ts";

/** How long clients stay. Source: iptables spec, section 6.7; IPVS spec, section 8.2. */
export const affinity: Finder = ({ service, name, ports }) => {
	const [view] = ports;
	if (service.affinitySeconds === undefined || view === undefined) return [];
	const rest = isIpvs(view.node) ? "had no connection" : "made no new connection";
	const message = `Service ${name} has affinity ClientIP: a client stays with its endpoint until it has ${rest} for ${duration(service.affinitySeconds)}. Only the address counts, so all clients behind one NAT get the same endpoint.`;
	return [finding("AFFINITY", "info", message)];
};
