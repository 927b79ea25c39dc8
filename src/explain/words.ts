/** A port with its protocol and, if it has one, its name: `80/TCP (http)`. */
export function portText(port: number, protocol: string, name: string): string {
	return `${port}/${protocol.toUpperCase()}${name === "" ? "" : ` (${name})`}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(words: readonly string[]): string {
	const last = words.at(-1) ?? "";
	return words.length < 2 ? last : `${words.slice(0, -1).join(", ")} and ${last}`;
}

/** What frontends are called. */
export const KINDS = {
	"cluster-ip": "cluster IP",
	"external-ip": "external IP",
	"load-balancer-ip": "load-balancer IP",
	"node-port": "node port",
} as const;

/** `http` of `shop/web:http`; empty for an unnamed port. */
export function portNameOf(servicePort: string | undefined): string {
	return servicePort?.split(":")[1] ?? "";
}

/** Whether all are about one service port, or none. */
export function isOnlyPort(all: readonly { readonly servicePort: string | undefined }[]): boolean {
	return new Set(all.map(({ servicePort }) => servicePort)).size <= 1;
}
