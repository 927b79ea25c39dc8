import { describe, expect, it } from "vitest";
import { backends, readProxyConfig } from "../../../src/index.ts";
import { modelOf } from "../../support/compile-objects.ts";

const NODE = {
	kind: "Node",
	metadata: { name: "n1" },
	status: { addresses: [{ type: "InternalIP", address: "192.0.2.1" }] },
};

function transaction(
	config: Readonly<Record<string, unknown>>,
	objects: readonly Record<string, unknown>[] = [],
): string {
	const model = modelOf({ objects: [NODE, ...objects], family: "ipv4", config: { mode: "nftables", ...config } });
	return backends.nftables((backend) => backend.parts([backend.build(model)])[0]?.print() ?? "");
}

describe("the configuration of the nftables mode", () => {
	it("has its own section for masquerading", () => {
		const text = transaction({ iptables: { masqueradeBit: 3, masqueradeAll: true }, nftables: { masqueradeBit: 31 } });
		expect(text).toContain("mark and 0x80000000 != 0");
		expect(text).not.toContain("masquerade all clusterIP traffic");
		expect(transaction({ nftables: { masqueradeAll: true } })).toContain('comment "masquerade all clusterIP traffic"');
	});

	it("has primary addresses for node ports unless it says otherwise, and never serves 127.0.0.1", () => {
		expect(transaction({})).toMatch(
			/flush set ip kube-proxy nodeport-ips\nadd element ip kube-proxy nodeport-ips \{ [\d.]+ \}\n/,
		);
		const all = transaction({ nodePortAddresses: ["0.0.0.0/0"] });
		expect(all).toContain("delete set ip kube-proxy nodeport-ips\n");
		expect(all).toContain("fib daddr type local ip daddr != 127.0.0.0/8 meta l4proto");
		expect(transaction({ nodePortAddresses: ["127.0.0.0/8"] })).not.toContain("add element ip kube-proxy nodeport-ips");
	});

	it("is refused where kube-proxy has the mode as an alpha, or would write what nft refuses", () => {
		const inMode = {
			mode: "nftables",
			detectLocalMode: "InterfaceNamePrefix",
			detectLocal: { interfaceNamePrefix: "veth" },
		};
		expect(readProxyConfig({ mode: "nftables" }, { kubeVersion: "1.30" }).config).toBeUndefined();
		expect(readProxyConfig(inMode, { kubeVersion: "1.32" }).config).toBeUndefined();
		expect(readProxyConfig(inMode, { kubeVersion: "1.33" }).config?.mode).toBe("nftables");
		expect(readProxyConfig({ ...inMode, mode: "iptables" }, { kubeVersion: "1.32" }).config?.mode).toBe("iptables");
	});
});

describe("networks of cluster IPs", () => {
	const objects = [
		{ kind: "ServiceCIDR", metadata: { name: "b" }, spec: { cidrs: ["10.200.0.0/16", "fd00::/112"] } },
		{ kind: "ServiceCIDR", metadata: { name: "a" }, spec: { cidrs: ["10.96.0.0/12", "10.200.0.0/16"] } },
	];

	it("are copied, each once, in the order of their objects' names", () => {
		expect(transaction({}, objects)).toContain("ip daddr { 10.96.0.0/12,10.200.0.0/16 } drop");
	});

	it("count only where the gate is on", () => {
		const featureGates = { MultiCIDRServiceAllocator: false };
		expect(readProxyConfig({ featureGates }, { kubeVersion: "1.36" }).config).toBeUndefined();
		expect(readProxyConfig({ featureGates }, { kubeVersion: "1.35" }).config).toBeDefined();
		expect(transaction({})).not.toContain("Drop traffic to unallocated ClusterIPs");
	});
});
