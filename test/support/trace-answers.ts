import type { Family } from "../../src/net/ip.ts";
import { type Lab, type LabNetwork, runLab } from "./trace-lab.ts";
import { NODE_SYSCTLS } from "./trace-network.ts";
import { PLACES } from "./trace-services.ts";

/** A real connection, over TCP or UDP. */
export interface Request {
	/** In which space the client is. */
	readonly space: string;
	readonly from: string;
	readonly to: string;
	readonly port: number;
	readonly protocol: "tcp" | "udp";
}

/** What came of it. */
export interface Answer {
	/** `ip port` of the server that got it; absent: none did. */
	readonly by?: string;
	/** The client's address as the server saw it. */
	readonly saw?: string;
	/** `ip port` from which the answer came, as the client sees it. */
	readonly answeredFrom?: string;
	/** `ECONNREFUSED` … or `timeout`, instead of an answer. */
	readonly error?: string;
}

/** The port at which everybody in the lab answers. */
export const SERVER_PORT = 8080;

/** Makes real connections, all at once. Everyone in `PLACES` but the client has a server. In the order of the requests. */
export async function askServers(lab: Omit<Lab, "network">, requests: readonly Request[]): Promise<readonly Answer[]> {
	const { family } = lab;
	const { node, pod1, pod2, remote } = PLACES[family];
	const places = { node, pod1, pod2, outside: remote };
	const servers = Object.entries(places).map(([space, ip]) => ({ space, ip, port: SERVER_PORT }));
	const answers = await runLab("ask-servers", { ...lab, network: networkOf(family) }, { servers, requests });
	return answers as readonly Answer[];
}

/** The node with a space for each pod, and one for the client and the pod elsewhere; all have the node as gateway. */
function networkOf(family: Family): LabNetwork {
	const { client, node, pod1, pod2, remote } = PLACES[family];
	const bits = family === "ipv4" ? 32 : 128;
	const anywhere = family === "ipv4" ? "0.0.0.0/0" : "::/0";
	const lan = (name: string, ips: readonly string[]): readonly string[] => [
		`link set peer-${name} up`,
		...ips.map((ip) => `addr add ${ip}/${bits} dev peer-${name}${NO_WAIT[family]}`),
		...routesTo(name, family),
	];
	const links = { eth0: "outside", veth1: "pod1", veth2: "pod2" };
	return {
		links,
		spaces: {
			node: {
				sysctls: { ...NODE_SYSCTLS, "net/ipv4/conf/all/route_localnet": "1" },
				commands: [
					...Object.keys(links).map((name) => `link set ${name} up`),
					`addr add ${node}/${family === "ipv4" ? 24 : 64} dev eth0${NO_WAIT[family]}`,
					`route add ${anywhere} dev eth0`,
					`route add ${pod1}/${bits} dev veth1`,
					`route add ${pod2}/${bits} dev veth2`,
				],
			},
			outside: { sysctls: HOST_SYSCTLS, commands: lan("eth0", [client, remote]) },
			pod1: { sysctls: HOST_SYSCTLS, commands: lan("veth1", [pod1]) },
			pod2: { sysctls: HOST_SYSCTLS, commands: lan("veth2", [pod2]) },
		},
	};
}

/** Addresses are used without looking first whether somebody else has them. */
const NO_WAIT = { ipv4: "", ipv6: " nodad" };
const HOST_SYSCTLS = {
	"net/ipv6/conf/default/accept_dad": "0",
	// The node's default route leads back to the client: it would tell it to ask there directly.
	"net/ipv6/conf/default/accept_redirects": "0",
	"net/ipv4/conf/all/rp_filter": "0",
	"net/ipv4/conf/default/rp_filter": "0",
};

/** An interface answers only for IPv6 addresses of its own: the link-local one is on all, as all have one MAC. */
function routesTo(name: string, family: Family): readonly string[] {
	const dev = `dev peer-${name}`;
	if (family === "ipv6") return [`route add ::/0 via fe80::ff:fe00:1 ${dev}`];
	const { node } = PLACES.ipv4;
	return [`route add ${node}/32 ${dev}`, `route add 0.0.0.0/0 via ${node} ${dev}`];
}
