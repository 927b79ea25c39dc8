import type { Model } from "../../model/model.ts";
import { type Family, familyOf, type IP, isLoopback, parseIP } from "../../net/ip.ts";
import type { Protocol } from "../../net/protocol.ts";
import { type NodeAddresses, OUTSIDE_CLIENTS, type Packet } from "../../trace/packet.ts";
import { Trouble } from "../../trouble.ts";

/** What is known beside the arguments. */
export interface Surroundings {
	/** None with `--rules`: then only addresses can be named. */
	readonly models: readonly Model[];
	readonly node: NodeAddresses;
	/** Whether an address is that of a virtual server, which is the node's own as well. */
	readonly isDummy?: (ip: IP) => boolean;
	/** Whose rules there are. */
	readonly families?: readonly Family[];
}

/** The packet as the command line describes it. */
export interface PacketArguments {
	readonly from: string;
	readonly to: string;
	readonly inInterface?: string | undefined;
}

/** Reads `--from`, `--to` and `--in-interface`. */
export function readPacket({ from, to, inInterface }: PacketArguments, around: Surroundings): Packet {
	if (inInterface === "") throw new Trouble("--in-interface: expected the name of an interface, got nothing");
	const target = readTarget(to, around);
	const source = readSource(from, target.ip, around);
	if (familyOf(source) !== familyOf(target.ip)) {
		throw new Trouble(`--from ${source} and --to ${target.ip}: expected addresses of one family`);
	}
	const isOwn = around.node.ips.includes(source) || isLoopback(source);
	const isFromNode = inInterface === undefined && (isOwn || from === "node");
	return { from: source, to: target.ip, port: target.port, protocol: target.protocol, isFromNode, inInterface };
}

interface Target {
	readonly ip: IP;
	readonly port: number;
	readonly protocol: Protocol;
}

/**
 * `IP:PORT[/PROTO]`, `[IP]:PORT[/PROTO]`, `node:PORT[/PROTO]`, `SERVICE.NAMESPACE[.svc[.DOMAIN]]:PORT|PORTNAME`, or as
 * rules write it `NAMESPACE/SERVICE:PORT|PORTNAME`.
 */
function readTarget(text: string, around: Surroundings): Target {
	const [, v6, host = "", port = "", protocol] =
		/^(?:\[([^\]]+)\]|([^:[\]]+)):([a-z0-9-]+)(?:\/(tcp|udp|sctp))?$/.exec(text) ?? [];
	const expected = "expected IP:PORT[/PROTO], node:PORT or SERVICE.NAMESPACE:PORT";
	if (port === "") throw new Trouble(`--to: ${expected}, got ${JSON.stringify(text)}`);
	const number = /^\d{1,5}$/.test(port) && Number(port) > 0 && Number(port) <= 65535 ? Number(port) : undefined;
	const ip = parseIP(v6 ?? host);
	const byDefault = (protocol ?? "tcp") as Protocol;
	if (ip !== undefined && number !== undefined) return { ip, port: number, protocol: byDefault };
	if (host === "node" && number !== undefined) {
		const { families, node } = around;
		const own = node.ips.find((one) => families === undefined || families.includes(familyOf(one))) ?? node.ips[0];
		if (own === undefined) throw new Trouble("--to node: expected an address of the node, found none; give --node-ip");
		return { ip: own, port: number, protocol: byDefault };
	}
	if (ip !== undefined || v6 !== undefined || !/[./]/.test(host)) {
		throw new Trouble(`--to: ${expected}, got ${JSON.stringify(text)}`);
	}
	return findServicePort(host, port, protocol, around);
}

function findServicePort(host: string, port: string, protocol: string | undefined, { models }: Surroundings): Target {
	const [service, namespace, svc] = host.includes("/") ? host.split("/").reverse() : host.split(".");
	if (models.length === 0) throw new Trouble(`--to ${host}: a Service can be named with -f only; give IP:PORT`);
	const named = models.flatMap(({ servicePorts }) =>
		svc === undefined || svc === "svc"
			? servicePorts.filter((one) => one.namespace === namespace && one.service === service)
			: [],
	);
	if (named.length === 0) {
		const isThere = models.some(({ excludedServices }) =>
			excludedServices.some((one) => one.namespace === namespace && one.service === service),
		);
		const why = isThere ? ` (svcnat explain ${namespace}/${service} says why it has none)` : "";
		throw new Trouble(`--to: no Service ${namespace}/${service} with rules on this node${why}`);
	}
	const found = named.find(
		(one) =>
			(one.portName === port || String(one.port) === port) && (protocol === undefined || one.protocol === protocol),
	);
	if (found !== undefined) return { ip: found.clusterIP, port: found.port, protocol: found.protocol };
	const ports = [
		...new Set(named.map((one) => `${one.port}${one.portName === "" ? "" : ` (${one.portName})`}/${one.protocol}`)),
	];
	throw new Trouble(`--to: Service ${namespace}/${service} has no port ${port}; its ports: ${ports.join(", ")}`);
}

/** An IP, `namespace/pod`, `node` or `external`. */
function readSource(text: string, target: IP, { models, node, isDummy }: Surroundings): IP {
	const family = familyOf(target);
	const ip = parseIP(text);
	if (ip !== undefined) return ip;
	if (text === "external") return OUTSIDE_CLIENTS[family];
	if (text === "node") {
		// The kernel takes the address itself as the source of what the node sends to one of its own.
		if (isLoopback(target)) return (family === "ipv4" ? "127.0.0.1" : "::1") as IP;
		const isOwn = node.ips.includes(target) || node.interfaces.some((one) => one.ip === target);
		if (isOwn || isDummy?.(target) === true) return target;
		const own = node.ips.find((one) => familyOf(one) === family);
		if (own === undefined)
			throw new Trouble(`--from node: expected an address of ${family}, found none; give --node-ip`);
		return own;
	}
	if (!/^[a-z0-9.-]+\/[a-z0-9.-]+$/.test(text)) {
		throw new Trouble(`--from: expected an IP, NAMESPACE/POD, node or external, got ${JSON.stringify(text)}`);
	}
	for (const model of models.filter((one) => one.family === family)) {
		for (const { endpoints } of model.servicePorts) {
			const endpoint = endpoints.find(({ pod }) => pod === text);
			if (endpoint !== undefined) return endpoint.canonicalIP;
		}
	}
	throw new Trouble(`--from: no endpoint of a Service is the pod ${text} (targetRef); give its IP`);
}
