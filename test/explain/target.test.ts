import { describe, expect, it } from "vitest";
import { readTarget, type Target } from "../../src/explain/target.ts";

function service(namespace: string | undefined, name: string, port?: string): Target {
	return { kind: "service", namespace, name, port };
}

function address(ip: string, port?: number, protocol?: string): unknown {
	return { kind: "address", ip, port, protocol };
}

describe("what is asked about", () => {
	it.each<readonly [text: string, namespace: string | undefined, target: unknown]>([
		["node", undefined, { kind: "node" }],
		["node", "shop", { kind: "node" }],
		["svc/node", "shop", service("shop", "node")],
		["web", undefined, service(undefined, "web")],
		["web", "shop", service("shop", "web")],
		["svc/web", "shop", service("shop", "web")],
		["service/web", "shop", service("shop", "web")],
		["services/web", "shop", service("shop", "web")],
		["shop/web", undefined, service("shop", "web")],
		["shop/web", "shop", service("shop", "web")],
		["shop/web", "blog", undefined],
		["web.shop", "blog", undefined],
		["svc/shop/web", undefined, service("shop", "web")],
		["shop/web:http", undefined, service("shop", "web", "http")],
		["shop/web:80", undefined, service("shop", "web", "80")],
		["web:80", "shop", service("shop", "web", "80")],
		["svc/web:http", "shop", service("shop", "web", "http")],
		["web.shop:http", undefined, service("shop", "web", "http")],
		["web.shop:80", undefined, service("shop", "web", "80")],
		["web.shop:", undefined, service("shop", "web", "")],
		["web.shop.svc:80", undefined, service("shop", "web", "80")],
		["web.shop.svc.cluster.local:http", undefined, service("shop", "web", "http")],
		["web.shop.svc.cluster.local.:http", undefined, service("shop", "web", "http")],
		["shop/web:", undefined, service("shop", "web", "")],
		["web.shop", undefined, service("shop", "web")],
		["web.shop.svc", undefined, service("shop", "web")],
		["web.shop.svc.cluster.local", undefined, service("shop", "web")],
		["web.shop.svc.cluster.local.", undefined, service("shop", "web")],
		["10.96.0.20", undefined, address("10.96.0.20")],
		["010.096.0.020", undefined, address("10.96.0.20")],
		["10.96.0.20:80", undefined, address("10.96.0.20", 80)],
		["10.96.0.20:80/UDP", undefined, address("10.96.0.20", 80, "udp")],
		["fd00:0::1", undefined, address("fd00::1")],
		["[fd00::1]:80", undefined, address("fd00::1", 80)],
		["[fd00::1]:80/sctp", undefined, address("fd00::1", 80, "sctp")],
		["node:30080", undefined, { kind: "node-port", port: 30080, protocol: undefined }],
		["node:30080/tcp", undefined, { kind: "node-port", port: 30080, protocol: "tcp" }],
		["KUBE-SVC-67NZLRHBNDSAWJRO", undefined, { kind: "chain", name: "KUBE-SVC-67NZLRHBNDSAWJRO" }],
		["PREROUTING", undefined, { kind: "chain", name: "PREROUTING" }],
		["10.96.0.20:70000", undefined, undefined],
		["10.96.0.20:80/icmp", undefined, undefined],
		["10.96.0.0/16", undefined, undefined],
		["a b", undefined, undefined],
		["", undefined, undefined],
		["-", undefined, undefined],
		["../../etc/passwd", undefined, undefined],
		["web\u001b[31m.shop", undefined, undefined],
	])("%j in namespace %j", (text, namespace, target) => {
		expect(readTarget(text, namespace)).toEqual(target);
	});

	it("is found out in no time, however long the text", () => {
		const start = performance.now();
		expect(readTarget(`${"a-".repeat(100_000)}!`, undefined)).toBeUndefined();
		expect(performance.now() - start).toBeLessThan(2000);
	});
});
