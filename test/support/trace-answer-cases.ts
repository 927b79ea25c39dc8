import type { Family } from "../../src/net/ip.ts";
import { type Request, SERVER_PORT } from "./trace-answers.ts";
import { frontendsOf, PLACES, type SmallService } from "./trace-services.ts";

/** A real connection, and whom the server sees, or how it fails. */
export interface AnswerCase {
	readonly request: Request;
	/** What comes from the node itself counts as the node. */
	readonly sees: "client" | "node" | "refused" | "nothing";
}

/** Services with one endpoint at most, so that it is certain who answers. */
export function answeringServices(family: Family): Readonly<Record<Name, SmallService>> {
	const { node, pod1, pod2, remote } = PLACES[family];
	const [here, there] = [(ip: string) => ({ ip, isHere: true }), { ip: remote, isHere: false }];
	return {
		self: { name: "self", number: 1, endpoints: [here(pod1)] },
		other: { name: "other", number: 2, endpoints: [here(pod2)] },
		local: { name: "local", number: 3, endpoints: [here(pod2)], isLocal: true },
		far: { name: "far", number: 4, endpoints: [there] },
		host: { name: "host", number: 5, endpoints: [here(node)] },
		none: { name: "none", number: 6, endpoints: [] },
		away: { name: "away", number: 7, endpoints: [there], isLocal: true },
	};
}

type Name = "self" | "other" | "local" | "far" | "host" | "none" | "away";
type Frontend = "cluster IP" | "load-balancer IP" | "external IP" | "node port" | "loopback" | "endpoint";
type Row = readonly ["outside" | "node" | "pod1", Name, Frontend, AnswerCase["sees"]];

/** Every kind of frontend from everywhere, with `clusterCIDR` set. */
const ROWS: readonly Row[] = [
	["pod1", "other", "cluster IP", "client"],
	["pod1", "self", "cluster IP", "node"],
	["pod1", "far", "cluster IP", "client"],
	["pod1", "host", "cluster IP", "client"],
	["pod1", "other", "load-balancer IP", "node"],
	["pod1", "local", "load-balancer IP", "client"],
	["pod1", "self", "node port", "node"],
	["pod1", "other", "endpoint", "client"],
	["outside", "other", "cluster IP", "node"],
	["outside", "host", "cluster IP", "client"],
	["outside", "other", "load-balancer IP", "node"],
	["outside", "local", "load-balancer IP", "client"],
	["outside", "other", "external IP", "node"],
	["outside", "other", "node port", "node"],
	["outside", "local", "node port", "client"],
	["outside", "far", "node port", "node"],
	["outside", "host", "node port", "client"],
	["outside", "other", "endpoint", "client"],
	["outside", "none", "cluster IP", "refused"],
	["outside", "none", "node port", "refused"],
	["outside", "away", "load-balancer IP", "nothing"],
	["node", "other", "cluster IP", "node"],
	["node", "host", "cluster IP", "node"],
	["node", "other", "external IP", "node"],
	["node", "other", "node port", "node"],
	["node", "local", "node port", "node"],
	["node", "other", "loopback", "node"],
	["node", "local", "loopback", "node"],
	["node", "none", "cluster IP", "refused"],
	["node", "none", "node port", "refused"],
];

/** The connections for a family, over TCP and UDP. Node ports do not answer on ::1. */
export function answerCases(family: Family): readonly AnswerCase[] {
	const rows = ROWS.filter(([, , frontend]) => frontend !== "loopback" || family === "ipv4");
	return rows.flatMap(([space, name, frontend, sees]) => {
		const { client, node, pod1 } = PLACES[family];
		const own = { outside: client, node, pod1 }[space];
		const service = answeringServices(family)[name];
		const { ip: to, port } = frontendAddress(service, frontend, family);
		const from = frontend === "loopback" ? to : own;
		return (["tcp", "udp"] as const).map((protocol) => ({ request: { space, from, to, port, protocol }, sees }));
	});
}

function frontendAddress(service: SmallService, frontend: Frontend, family: Family) {
	const { clusterIP, loadBalancerIP, externalIP, port, nodePort } = frontendsOf(service, family);
	switch (frontend) {
		case "cluster IP":
			return { ip: clusterIP, port };
		case "load-balancer IP":
			return { ip: loadBalancerIP, port };
		case "external IP":
			return { ip: externalIP, port };
		case "node port":
			return { ip: PLACES[family].node, port: nodePort };
		case "loopback":
			return { ip: "127.0.0.1", port: nodePort };
		default:
			return { ip: service.endpoints[0]?.ip ?? "", port: SERVER_PORT };
	}
}
