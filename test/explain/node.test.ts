import { describe, expect, it } from "vitest";
import { explained } from "./explained.ts";
import type { Manifest } from "./findings/cluster.ts";
import { CLUSTER } from "./shop.ts";

describe("what the node offers", () => {
	it("are node ports, addresses and health checks, with who serves them", () => {
		const found = explained("node", CLUSTER, "node");
		expect(found).toMatchObject({
			name: "n1",
			mode: "iptables",
			zone: "zone-a",
			addresses: ["192.0.2.1", "2001:db8::1"],
		});
		expect(found.families).toEqual([
			{
				family: "ipv4",
				services: 2,
				servicePorts: 3,
				without: 0,
				podTraffic: "by source address: 10.244.0.0/16",
				nodePortIPs: ["192.0.2.1", "127.0.0.1"],
			},
			{
				family: "ipv6",
				services: 0,
				servicePorts: 0,
				without: 2,
				podTraffic: "by source address: fd00:10:244::/56",
				nodePortIPs: ["2001:db8::1"],
			},
		]);
		const offer = { servicePort: "shop/web:http", protocol: "tcp", policy: "Local", endpoints: 1, sourceRanges: [] };
		expect(found.nodePorts).toEqual([{ ...offer, kind: "node-port", ips: ["192.0.2.1", "127.0.0.1"], port: 30080 }]);
		expect(found.externalIPs).toEqual([
			{ ...offer, kind: "load-balancer-ip", ips: ["203.0.113.9"], port: 80 },
			{ ...offer, kind: "external-ip", ips: ["198.51.100.7"], port: 80 },
		]);
		expect(found.healthChecks).toEqual([{ service: "shop/web", port: 32100, localEndpoints: 1 }]);
		expect(found.endpoints).toEqual([
			{ address: "10.244.1.1", pod: "shop/web-a", servicePorts: ["shop/web:http"], isUsed: true },
		]);
	});

	it("is narrowed to a namespace", () => {
		const found = explained("node", CLUSTER, "node", { namespace: "blog" });
		expect(found).toMatchObject({ nodePorts: [], externalIPs: [], healthChecks: [], endpoints: [], findings: [] });
	});

	it.each<readonly [config: Manifest, words: readonly string[]]>([
		[{ clusterCIDR: "" }, Array(2).fill("not at all: no CIDR of pods is configured for this family")],
		[
			{ detectLocalMode: "InterfaceNamePrefix", detectLocal: { interfaceNamePrefix: "veth" } },
			Array(2).fill('by the interface they come in through: "veth+"'),
		],
	])("says how packets of pods are known with %j", (config, words) => {
		expect(explained("node", { ...CLUSTER, config }, "node").families.map(({ podTraffic }) => podTraffic)).toEqual(
			words,
		);
	});
});
