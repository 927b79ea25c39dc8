import { hostPort } from "../../net/ip.ts";
import type { Protocol } from "../../net/protocol.ts";
import type { ForwardingMethod, IpvsTable, RealServer, VirtualServer } from "./table.ts";

/** How `ipvsadm` names the protocol of a service. SCTP has no short option. */
const SERVICE_OPTIONS: Readonly<Record<Protocol, string>> = { tcp: "-t", udp: "-u", sctp: "--sctp-service" };

const FORWARDING_OPTIONS: Readonly<Record<ForwardingMethod, string>> = { masquerade: "-m", tunnel: "-i", route: "-g" };

/**
 * A table as `ipvsadm -Sn` prints it, and `ipvsadm -R` reads it.
 *
 *     -A -t 10.96.0.1:443 -s rr
 *     -a -t 10.96.0.1:443 -r 192.0.2.10:6443 -m -w 1
 *
 * Source: spec of the IPVS mode, section 12.1.
 */
export function printTable({ virtualServers }: IpvsTable): string {
	return virtualServers.flatMap((server) => virtualServerLines(server).map((line) => `${line}\n`)).join("");
}

/** The lines of one virtual server: itself, then its real servers. */
export function virtualServerLines(server: VirtualServer): readonly string[] {
	return [
		`-A ${virtualServerText(server)}`,
		...server.realServers.map((real) => `-a ${serviceText(server)} ${realServerText(real)}`),
	];
}

function virtualServerText(server: VirtualServer): string {
	const { scheduler, persistenceSeconds, schedulerFlags } = server;
	const persistence = persistenceSeconds === undefined ? "" : ` -p ${persistenceSeconds}`;
	const flags = schedulerFlags === undefined ? "" : ` -b ${schedulerFlags}`;
	return `${serviceText(server)} -s ${scheduler}${persistence}${flags}`;
}

function serviceText({ protocol, ip, port }: VirtualServer): string {
	return `${SERVICE_OPTIONS[protocol]} ${hostPort(ip, port)}`;
}

function realServerText({ ip, port, forwarding, weight }: RealServer): string {
	return `-r ${hostPort(ip, port)} ${FORWARDING_OPTIONS[forwarding]} -w ${weight}`;
}
