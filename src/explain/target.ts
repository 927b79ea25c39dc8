import { type IP, parseIP } from "../net/ip.ts";
import type { Protocol } from "../net/protocol.ts";

/** What is asked about. */
export type Target =
	| {
			readonly kind: "service";
			/** Undefined: not said. */
			readonly namespace: string | undefined;
			readonly name: string;
			/** Only this port, by name or number; empty for the unnamed one; undefined: all. */
			readonly port: string | undefined;
	  }
	| {
			readonly kind: "address";
			readonly ip: IP;
			/** 0-65535; undefined: not said. */
			readonly port: number | undefined;
			/** Undefined: not said. */
			readonly protocol: Protocol | undefined;
	  }
	| { readonly kind: "node-port"; readonly port: number; readonly protocol: Protocol | undefined }
	/** A chain; in the nftables mode a set or a map, too. */
	| { readonly kind: "chain"; readonly name: string }
	/** The node whose rules they are. */
	| { readonly kind: "node" };

/**
 * Reads what is asked about: `node`, an address (`IP`, `IP:PORT[/PROTO]`, `[IPv6]:PORT[/PROTO]`), `node:PORT[/PROTO]`, a
 * chain (`KUBE-SVC-…`, `service-…`; those that nftables mode shares look like names of Services), or a Service as kubectl, cluster DNS and rules write it (`web`, `svc/web`, `shop/web`,
 * `web.shop.svc.cluster.local`, each also with a port's name or number: `shop/web:http`, `web.shop:80`). Undefined when it is none of these.
 *
 * @param namespace of a Service that is written without one
 */
export function readTarget(text: string, namespace: string | undefined): Target | undefined {
	if (text === "node") return { kind: "node" };
	const ip = parseIP(text);
	if (ip !== undefined) return { kind: "address", ip, port: undefined, protocol: undefined };
	const at = readPort(text);
	if (at !== undefined) return at;
	if (/^[A-Z][A-Za-z0-9_-]{0,28}$/.test(text) || NFT_NAME.test(text)) return { kind: "chain", name: text };
	return readService(text, namespace);
}

/** With the hash in front. */
const NFT_NAME = /^(?:service|local|external|firewall|endpoint|affinity)-[A-Z2-7]{8}-[a-z0-9/._-]{1,240}$/;

function readPort(text: string): Target | undefined {
	const [, v6, host = "", digits = "", word] = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})(?:\/(\w+))?$/.exec(text) ?? [];
	const port = Number(digits);
	const protocol = word?.toLowerCase();
	const isProtocol = protocol === undefined || protocol === "tcp" || protocol === "udp" || protocol === "sctp";
	if (digits === "" || port > 65535 || !isProtocol) return undefined;
	if (host === "node") return { kind: "node-port", port, protocol };
	const ip = parseIP(v6 ?? host);
	return ip && { kind: "address", ip, port, protocol };
}

const NAME = "[a-z0-9](?:[a-z0-9-]*[a-z0-9])?";
const SERVICE = new RegExp(
	`^(?:(?:svc|services?)/)?(?:(?:(${NAME})/)?(${NAME})|(${NAME})\\.(${NAME})(?:\\.svc(?:\\.[a-z0-9.-]+)?)?\\.?)(?::(${NAME})?)?$`,
);

function readService(text: string, namespace: string | undefined): Target | undefined {
	const found = SERVICE.exec(text);
	if (found === null) return undefined;
	const [, before, name, dottedName, dottedNamespace, port = text.endsWith(":") ? "" : undefined] = found;
	const named = before ?? dottedNamespace ?? namespace;
	if (namespace !== undefined && named !== namespace) return undefined;
	return { kind: "service", namespace: named, name: name ?? dottedName ?? "", port };
}
