import { describe, expect, it } from "vitest";
import { endpointNames, serviceChains } from "../../../src/backend/nftables/names.ts";

const HTTP = { namespace: "testing", service: "service", portName: "http", protocol: "tcp" } as const;

describe("names of chains and sets", () => {
	it.each([
		["ns1", "svc1", "p80", "tcp", "ULMVA6XW-ns1/svc1/tcp/p80"],
		["testing", "service", "http", "tcp", "P4ZYZVCF-testing/service/tcp/http"],
		["testing", "service", "https", "tcp", "LZBRENCP-testing/service/tcp/https"],
		["default", "kubernetes", "https", "tcp", "2QRHZV4L-default/kubernetes/tcp/https"],
		["kube-system", "kube-dns", "dns", "udp", "FY5PMXPG-kube-system/kube-dns/udp/dns"],
		["kube-system", "kube-dns", "dns-tcp", "tcp", "NWBZK7IH-kube-system/kube-dns/tcp/dns-tcp"],
		["default", "web", "", "tcp", "PFISGYVC-default/web/tcp/"],
	] as const)("of %s/%s:%s", (namespace, service, portName, protocol, base) => {
		expect(serviceChains({ namespace, service, portName, protocol })).toEqual({
			cluster: `service-${base}`,
			local: `local-${base}`,
			external: `external-${base}`,
			firewall: `firewall-${base}`,
		});
	});

	it.each([
		["10.180.0.1", "JO2XBXZR-testing/service/tcp/http__10.180.0.1/80"],
		["fd80:abcd:12::a1b2:c3d4:e5f6:9999", "U7E2ET36-testing/service/tcp/http__fd80.abcd.12..a1b2.c3d4.e5f6.9999/80"],
	])("of the endpoint %s hold its address, with points for colons", (ip, base) => {
		expect(endpointNames(HTTP, { ip, port: 80 })).toEqual({
			chain: `endpoint-${base}`,
			affinitySet: `affinity-${base}`,
		});
	});

	it("are cut when they are too long for the kernel, the hash being that of the whole", () => {
		const port = {
			namespace: "very-long-namespace-name-abcdefghijklmnopqrstuvwxyz0123456789xx",
			service: "very-long-service-name-why-would-you-even-do-this-i-mean-really",
			portName: "port-443-providing-the-hypertext-transmission-protocol-with-tls",
			protocol: "sctp",
		} as const;
		const shown = `${port.namespace}/${port.service}/sctp/${port.portName}__1234.5678.9abc.def0..abcd.1234...`;
		const chain = (ip: string): string => endpointNames(port, { ip, port: 443 }).chain;
		expect(chain("1234:5678:9abc:def0::abcd:1234:5678")).toBe(`endpoint-CI6C53Q3-${shown}`);
		expect(chain("1234:5678:9abc:def0::abcd:1234:8765")).toBe(`endpoint-2FLXFK6X-${shown}`);
	});
});
