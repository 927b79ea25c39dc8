import { contains, parseCIDR } from "../net/cidr.ts";
import { isLoopback, parseIP } from "../net/ip.ts";
import { Trouble } from "../trouble.ts";

/**
 * The proxy through which a server is reached, by the environment, as kubectl reads it: HTTPS_PROXY or HTTP_PROXY by the
 * server's scheme, upper case first, unless NO_PROXY names the server. localhost is never reached through one.
 *
 * NO_PROXY: `*`, addresses, networks, domains with their subdomains (`.example.com`: these only), each with or without a
 * port, separated by commas.
 *
 * @throws Trouble when the variable holds no URL
 */
export function environmentProxy(server: URL, environment: NodeJS.ProcessEnv): string | undefined {
	const name = server.protocol === "https:" ? "HTTPS_PROXY" : "HTTP_PROXY";
	const given = environment[name] || environment[name.toLowerCase()] || "";
	if (given === "" || isLocal(hostOf(server))) return undefined;
	if (isExcepted(server, environment["NO_PROXY"] || environment["no_proxy"] || "")) return undefined;
	return checkedProxy(given.includes("://") ? given : `http://${given}`, name);
}

/** A proxy's URL, if it is one of a kind that works. What is wrong is said without it, since it may hold a password. */
export function checkedProxy(url: string, where: string): string {
	if (URL.canParse(url) && PROTOCOLS.includes(new URL(url).protocol)) return url;
	throw new Trouble(`${where}: expected the URL of a proxy: http://, https:// or socks5://HOST:PORT`);
}

const PROTOCOLS: readonly string[] = ["http:", "https:", "socks5:", "socks5h:", "socks:"];

function hostOf({ hostname }: URL): string {
	return hostname.replace(/^\[|\]$/g, "").toLowerCase();
}

function isLocal(host: string): boolean {
	const ip = parseIP(host);
	return host === "localhost" || (ip !== undefined && isLoopback(ip));
}

function isExcepted(server: URL, exceptions: string): boolean {
	const port = server.port === "" ? (server.protocol === "https:" ? "443" : "80") : server.port;
	return exceptions
		.split(",")
		.map((entry) => entry.trim().toLowerCase())
		.some((entry) => entry !== "" && matches(entry, hostOf(server), port));
}

function matches(entry: string, host: string, port: string): boolean {
	if (entry === "*") return true;
	const ip = parseIP(host);
	const network = parseCIDR(entry);
	if (network !== undefined) return ip !== undefined && contains(network, ip);
	const [, bracketed, plain, ofPort] = /^(?:\[(.*)\]|([^:]*))(?::(\d+))?$/.exec(entry) ?? [undefined, entry];
	if (ofPort !== undefined && ofPort !== port) return false;
	const name = bracketed ?? plain ?? entry;
	const address = parseIP(name);
	if (address !== undefined) return address === ip;
	const domain = name.replace(/^\*?\./, "");
	return host.endsWith(`.${domain}`) || (host === domain && domain === name);
}
