/** A transport protocol in lower case, as iptables and kube-proxy's chain names have it. */
export type Protocol = "tcp" | "udp" | "sctp";

/** The protocols of the Service API, upper case, in its order. */
export const API_PROTOCOLS = ["TCP", "UDP", "SCTP"] as const;

/** A protocol as the Service API spells it. */
export type APIProtocol = (typeof API_PROTOCOLS)[number];

/** `TCP` to `tcp`. */
export function toProtocol(protocol: APIProtocol): Protocol {
	return protocol.toLowerCase() as Protocol;
}

/** Whether a value is a port number: an integer, 1-65535. */
export function isPort(value: unknown): value is number {
	return typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= 65535;
}
