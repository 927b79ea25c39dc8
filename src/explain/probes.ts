import type { Model } from "../model/model.ts";
import type { ServicePort } from "../model/service-port.ts";
import { familyOf, hostPort, type IP, isLoopback, parseIP } from "../net/ip.ts";
import type { Packet } from "../trace/packet.ts";
import { clientsAt, clientsOf, type Sender } from "./clients.ts";
import type { Frontend } from "./frontends.ts";

/** One kind of packet that clients of a service port send. */
export interface Probe {
	readonly servicePort: ServicePort;
	readonly frontend: Frontend["kind"];
	/** `endpoint`: a pod on this node that is one of the endpoints itself. `stranger`: in none of the source ranges. */
	readonly client: Sender | "endpoint" | "stranger";
	readonly packet: Packet;
}

/** Packets of every kind of client to every frontend of a service port, on the node of the model. */
export function probesOf(port: ServicePort, model: Model): readonly Probe[] {
	return placesOf(port, model).flatMap(({ frontend, ip, number }) =>
		sendersOf(port, model, frontend, ip).map(({ client, from, inInterface }) => ({
			servicePort: port,
			frontend,
			client,
			packet: { from, to: ip, port: number, protocol: port.protocol, isFromNode: client === "node", inInterface },
		})),
	);
}

/** A probe in words: `node port 192.0.2.11:30080/tcp from outside`. */
export function probeText({ frontend, client, packet: { to, port, protocol } }: Probe): string {
	return `${FRONTENDS[frontend]} ${hostPort(to, port)}/${protocol} from ${CLIENTS[client]}`;
}

const FRONTENDS: Readonly<Record<Probe["frontend"], string>> = {
	"cluster-ip": "cluster IP",
	"external-ip": "external IP",
	"load-balancer-ip": "load-balancer IP",
	"node-port": "node port",
};

const CLIENTS: Readonly<Record<Probe["client"], string>> = {
	pod: "a pod",
	node: "this node",
	outside: "outside",
	endpoint: "an endpoint on this node",
	stranger: "outside, from an address in none of the source ranges",
};

interface ProbedPlace {
	readonly frontend: Frontend["kind"];
	readonly ip: IP;
	readonly number: number;
}

/** A node port is asked at every address of the node, whether it answers there or not. */
function placesOf(port: ServicePort, model: Model): readonly ProbedPlace[] {
	const at = (frontend: Frontend["kind"], ips: readonly IP[], number: number): readonly ProbedPlace[] =>
		[...new Set(ips)].map((ip) => ({ frontend, ip, number }));
	const own = [...model.node.ips, ...model.node.interfaceIPs].filter((ip) => familyOf(ip) === model.family);
	const nodeIPs = [...own.filter((ip) => !isLoopback(ip)), ...loopback(model)];
	return [
		...at("cluster-ip", [port.clusterIP], port.port),
		...at("load-balancer-ip", port.loadBalancerIPs, port.port),
		...at("external-ip", port.externalIPs, port.port),
		...(port.nodePort === 0 ? [] : at("node-port", nodeIPs, port.nodePort)),
	];
}

function loopback({ family }: Model): readonly IP[] {
	return [parseIP(family === "ipv4" ? "127.0.0.1" : "::1") as IP];
}

interface ProbeSender {
	readonly client: Probe["client"];
	readonly from: IP;
	readonly inInterface: string | undefined;
}

function sendersOf(port: ServicePort, model: Model, frontend: Frontend["kind"], to: IP): readonly ProbeSender[] {
	const ranges = frontend === "load-balancer-ip" ? port.sourceRanges : [];
	const allowed = clientsAt(to, model, ranges).map(({ from, ip, inInterface }) => ({
		client: from,
		from: ip,
		inInterface,
	}));
	if (isLoopback(to)) return allowed;
	const pod = allowed.find(({ client }) => client === "pod");
	const own = port.endpoints.find(
		({ isLocal, isReady, canonicalIP }) => isLocal && isReady && !model.node.ips.includes(canonicalIP),
	);
	const hairpin =
		own === undefined ? [] : [{ client: "endpoint" as const, from: own.canonicalIP, inInterface: pod?.inInterface }];
	const strangers =
		ranges.length === 0
			? []
			: clientsOf(model, [])
					.filter(({ from, ip }) => from === "outside" && allowed.every((one) => one.from !== ip))
					.map(({ ip, inInterface }) => ({ client: "stranger" as const, from: ip, inInterface }));
	return [...allowed, ...hairpin, ...strangers];
}
