import { backends, type Family, type Model, type Protocol } from "../../src/index.ts";
import type { IP } from "../../src/net/ip.ts";
import type { Outcome } from "../../src/trace/outcome.ts";
import type { Packet } from "../../src/trace/packet.ts";
import { newTracer, type Tracer } from "../../src/trace/trace.ts";
import { ipvsCaseOf } from "./ipvs-case.ts";
import { errorOf } from "./ipvs-trace-client-error.ts";
import type { IpvsLab } from "./ipvs-trace-lab.ts";
import { servicesModel } from "./ipvs-trace-services.ts";
import { WIRED, wiredNetwork, wiredNode } from "./ipvs-trace-wired.ts";
import { type LabDial, wiredServers } from "./wired-dial.ts";

/** A dial, what it is called, and what trace says of it. */
export interface TracedDial {
	readonly kind: string;
	readonly packet: Packet;
	readonly dial: LabDial;
	readonly outcomes: readonly Outcome[];
	readonly tracer: Tracer;
}

/** Connections to one node, and the lab in which they are made. */
export interface Connections {
	readonly family: Family;
	readonly dials: readonly TracedDial[];
	readonly lab: IpvsLab;
}

/** Every client dials every frontend of a node. */
export function connectionsTo(family: Family): Connections {
	const model = servicesModel(family);
	const state = backends.ipvs((backend) => backend.state(backend.build(model)));
	const tracer = newTracer(state, wiredNode(family));
	const dials = frontends(model).flatMap((frontend) =>
		clientsOf(family, frontend).map((client) => tracedDial(tracer, frontend, client)),
	);
	const job = { servers: wiredServers(family), dials: dials.map(({ dial }) => dial) };
	const { parts } = ipvsCaseOf("", [model]);
	const lab = { name: `connections, ${family}`, family, parts, network: wiredNetwork(family), program: "connect", job };
	return { family, dials, lab };
}

interface Frontend {
	readonly kind: string;
	readonly to: IP;
	readonly port: number;
	readonly protocol: Protocol;
}

function frontends({ family, servicePorts }: Model): readonly Frontend[] {
	const { node, second, gateway } = WIRED[family];
	return servicePorts.flatMap(({ service, protocol, port, clusterIP, nodePort, externalIPs, loadBalancerIPs }) => {
		const at = (kind: string, ip: string, number: number = port): Frontend => {
			return { kind: `${service}: ${kind}`, to: ip as IP, port: number, protocol };
		};
		const isFirstOfProtocol = servicePorts.find((one) => one.protocol === protocol)?.service === service;
		return [
			at("cluster IP", clusterIP),
			...externalIPs.map((ip) => at("external IP", ip)),
			...loadBalancerIPs.map((ip) => at("load-balancer IP", ip)),
			at("node port", node, nodePort),
			at("node port on the second card", second, nodePort),
			at("node port on the pods' gateway", gateway, nodePort),
			...(isFirstOfProtocol ? [at("port that nobody serves", clusterIP, 81)] : []),
		];
	});
}

interface Client {
	readonly kind: string;
	readonly space: string;
	readonly from: IP;
	readonly isChosenByKernel: boolean;
	readonly inInterface: string | undefined;
}

function clientsOf(family: Family, { to, protocol, kind }: Frontend): readonly Client[] {
	const { neighbour, client, remotePod, pods, node, loopback } = WIRED[family];
	const one = (name: string, space: string, from: string, inInterface?: string): Client => {
		return { kind: name, space, from: from as IP, isChosenByKernel: false, inInterface };
	};
	// SCTP does not let a socket of the loopback address out; each such packet is waited for, so they are few.
	const canLoop = protocol !== "sctp" && /: (cluster IP|node port)$/.test(kind);
	return [
		one("a neighbour", "outside", neighbour, "eth0"),
		one("a client", "outside", client, "eth0"),
		one("a remote pod", "remote", remotePod, "eth1"),
		...pods.map((ip, index) => one(`pod ${index + 1}`, `pod${index + 1}`, ip, `pod${index + 1}`)),
		// Every address that is dialed is the node's own, and the kernel answers an address from itself.
		{ ...one("the node", "node", to), isChosenByKernel: true },
		one("the node's first address", "node", node),
		...(canLoop ? [one("the node's loopback address", "node", loopback)] : []),
	];
}

function tracedDial(tracer: Tracer, { kind, ...to }: Frontend, client: Client): TracedDial {
	const { space, from, inInterface, isChosenByKernel } = client;
	const packet = { ...to, from, inInterface, isFromNode: inInterface === undefined };
	const outcomes = tracer.trace(packet);
	const errors = outcomes.map((outcome) => errorOf(packet, outcome));
	const isLost = errors.every((error) => error === "timeout");
	const isServed = errors.every((error) => error === undefined);
	const dial = {
		...to,
		space,
		...(isChosenByKernel ? {} : { from }),
		times: isLost ? 1 : Math.max(2, outcomes.length),
		keeps: false,
		// Packets and errors arrive within a call of the kernel.
		timeout: isServed ? 5 : isLost ? 0.02 : 0.06,
	};
	return { kind: `${kind} from ${client.kind}`, packet, dial, outcomes, tracer };
}
