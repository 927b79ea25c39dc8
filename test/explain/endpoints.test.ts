import { describe, expect, it } from "vitest";
import type { EndpointRow, UnusedCode } from "../../src/explain/endpoint-row.ts";
import { explained } from "./explained.ts";
import {
	type Cluster,
	endpoint,
	type Manifest,
	NODES,
	NOT_READY,
	STOPPING,
	service,
	slice,
} from "./findings/cluster.ts";

const GOOD = endpoint("10.244.1.1");

function rows(objects: readonly Manifest[], more: Partial<Cluster> = {}): readonly EndpointRow[] {
	return explained("service", { objects: [...NODES, ...objects], ...more }, "shop/web").endpoints;
}

function hinted(address: string, zone: string, node?: string): Manifest {
	const forNodes = node === undefined ? {} : { forNodes: [{ name: node }] };
	return endpoint(address, "n1", { hints: { forZones: [{ name: zone }], ...forNodes } });
}

describe("why an endpoint does not serve", () => {
	it.for<readonly [code: UnusedCode, objects: readonly Manifest[], unused: readonly string[], more?: Partial<Cluster>]>(
		[
			[
				"not-ready",
				[service(), slice([GOOD, endpoint("10.244.1.2", "n1", NOT_READY)])],
				["10.244.1.2:8080 it is not ready: its pod is starting, or its readiness probe fails"],
			],
			[
				"not-ready",
				[
					service(),
					slice([
						GOOD,
						endpoint("10.244.1.2", "n1", { conditions: { ready: false, serving: false, terminating: true } }),
					]),
				],
				["10.244.1.2:8080 it is terminating and no longer serves"],
			],
			[
				"terminating",
				[service(), slice([GOOD, endpoint("10.244.1.2", "n1", STOPPING)])],
				["10.244.1.2:8080 it is terminating; it still serves, but others are ready, and those go first"],
			],
			[
				"other-zone",
				[service(), slice([hinted("10.244.1.1", "zone-a"), hinted("10.244.1.2", "zone-b")])],
				["10.244.1.2:8080 its hint keeps it for zone zone-b; this node is in zone zone-a"],
			],
			[
				"other-node",
				[service(), slice([hinted("10.244.1.1", "zone-a", "n1"), hinted("10.244.1.2", "zone-a", "n2")])],
				["10.244.1.2:8080 its hint keeps it for node n2"],
			],
			[
				"not-local",
				[service("web", { internalTrafficPolicy: "Local" }), slice([GOOD, endpoint("10.244.2.1", "n2")])],
				["10.244.2.1:8080 only endpoints on this node may serve (policy Local), and it is on node n2"],
			],
			[
				"not-local",
				[service("web", { internalTrafficPolicy: "Local" }), slice([GOOD, endpoint("10.244.2.1", "")])],
				["10.244.2.1:8080 only endpoints on this node may serve (policy Local), and its slice names no node"],
			],
			[
				"duplicate",
				[service(), slice([GOOD]), slice([GOOD], { name: "web-2" })],
				["10.244.1.1:8080 the same address is in slice web-2 too, and that copy counts"],
			],
			[
				"no-such-port",
				[service(), slice([GOOD], { ports: [{ name: "web", port: 8080, protocol: "TCP" }] })],
				["10.244.1.1 its slice has no port named http for TCP; it has web (8080/TCP)"],
			],
			[
				"no-such-port",
				[service(), slice([GOOD], { ports: [{ name: "http", port: 8080, protocol: "UDP" }, { port: 9090 }] })],
				["10.244.1.1 its slice has no port named http for TCP; it has http (8080/UDP) and without a name (9090/TCP)"],
			],
			[
				"no-such-port",
				[service(), slice([GOOD], { ports: [] })],
				["10.244.1.1 its slice has no port named http for TCP; it has no ports"],
			],
			[
				"port-without-number",
				[service(), slice([GOOD], { ports: [{ name: "http", protocol: "TCP" }] })],
				["10.244.1.1 its slice has a port named http for TCP, but the port has no number"],
			],
			[
				"other-family",
				[service(), slice([endpoint("fd00::1")], { addressType: "IPv6" })],
				["fd00::1 the Service has no cluster IP of its family"],
			],
			[
				"slice-without-label",
				[service(), slice([GOOD], { name: "web-x1", labels: {} })],
				[
					"10.244.1.1:8080 its slice belongs to no Service, although its name looks as if it did: it has no label kubernetes.io/service-name",
				],
			],
			[
				"slice-of-other-proxy",
				[
					service(),
					slice([GOOD], {
						labels: { "kubernetes.io/service-name": "web", "service.kubernetes.io/service-proxy-name": "other" },
					}),
				],
				[
					"10.244.1.1:8080 its slice has the label service.kubernetes.io/service-proxy-name: it is another proxy's business",
				],
				{ kubeVersion: "1.30" },
			],
			[
				"slice-of-headless",
				[
					service(),
					slice([GOOD], { labels: { "kubernetes.io/service-name": "web", "service.kubernetes.io/headless": "" } }),
				],
				["10.244.1.1:8080 its slice has the label service.kubernetes.io/headless, so kube-proxy passes it over"],
			],
			[
				"refused",
				[
					service("web", { clusterIP: "fd00:96::1", ipFamilies: ["IPv6"] }),
					slice([endpoint("64:ff9b::192.0.2.001")], { addressType: "IPv6" }),
				],
				["[64:ff9b::c000:201]:8080 iptables cannot read the address as its slice spells it"],
				{ kubeVersion: "1.30" },
			],
			[
				"headless",
				[service("web", { clusterIP: "None" }), slice([GOOD, endpoint("10.244.1.2", "n1", NOT_READY)])],
				[
					"10.244.1.1:8080 no rules: DNS gives clients this address itself",
					"10.244.1.2:8080 no rules: DNS leaves it out until it is ready",
				],
			],
			[
				"external-name",
				[service("web", { type: "ExternalName", externalName: "example.org", clusterIP: "" }), slice([GOOD])],
				["10.244.1.1:8080 type ExternalName: it is an alias in DNS, and nothing else"],
			],
			[
				"no-cluster-ip",
				[service("web", { clusterIP: "" }), slice([GOOD])],
				["10.244.1.1:8080 it has no cluster IP: an API server would give it one"],
			],
			[
				"other-proxy",
				[service("web", {}, { metadata: labelled("service.kubernetes.io/service-proxy-name") }), slice([GOOD])],
				["10.244.1.1:8080 label service.kubernetes.io/service-proxy-name: it is another proxy's business"],
			],
			[
				"headless-label",
				[service("web", {}, { metadata: labelled("service.kubernetes.io/headless") }), slice([GOOD])],
				["10.244.1.1:8080 label service.kubernetes.io/headless: kube-proxy passes it over"],
				{ kubeVersion: "1.30" },
			],
		],
	)("%s %#", ([code, objects, expected, more]) => {
		const unused = rows(objects, more).filter(({ isUsed }) => !isUsed);
		expect(unused.map(({ address, port, unused: why }) => `${place(address, port)} ${why?.reason}`)).toEqual(expected);
		expect(new Set(unused.map(({ unused: why }) => why?.code))).toEqual(new Set([code]));
	});
});

function labelled(label: string): Manifest {
	return { name: "web", namespace: "shop", labels: { [label]: "yes" } };
}

function place(address: string, port: number | undefined): string {
	if (port === undefined) return address;
	return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}
