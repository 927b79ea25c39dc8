import { describe, expect, it } from "vitest";
import { describeExplanation } from "../../src/explain/print/describe.ts";
import { printExplanation } from "../../src/explain/print/print-text.ts";
import { ruleText } from "../../src/lang/nft/print-rule.ts";
import { explained, refusal } from "./explained.ts";
import type { Cluster } from "./findings/cluster.ts";
import { clusterContext } from "./findings/context.ts";
import { CLUSTER, WEB } from "./shop.ts";

const NFTABLES: Cluster = { ...CLUSTER, config: { mode: "nftables" }, families: ["ipv4"] };
const VERSIONS = ["1.31", "1.32", "1.33", "1.34", "1.35", "1.36"] as const;
const STICKY: Cluster = {
	...NFTABLES,
	objects: WEB.map((object) => {
		const { kind, spec } = object as { kind: string; spec: object };
		return kind === "Service" ? { ...object, spec: { ...spec, sessionAffinity: "ClientIP" } } : object;
	}),
};

describe("what belongs to a Service in the nftables mode", () => {
	it("are its chains, and elements of the sets and maps that all share", () => {
		const { chains, elements, clientSets, servers, entries } = explained("service", NFTABLES, "shop/web");
		expect(chains.map(({ table, name, isShared, rules }) => `${table} ${name} ${isShared} ${rules.length}`)).toEqual([
			"ip kube-proxy service-KHN6ECMT-shop/web/tcp/http false 1",
			"ip kube-proxy local-KHN6ECMT-shop/web/tcp/http false 1",
			"ip kube-proxy external-KHN6ECMT-shop/web/tcp/http false 4",
		]);
		expect(elements.map(({ set, text, meaning }) => `${set}: ${text} # ${meaning}`)).toEqual([
			"hairpin-connections: 10.244.1.1 . 10.244.1.1 . tcp . 8080 # an endpoint that reaches itself through the Service is masqueraded",
			"cluster-ips: 10.96.0.20 # traffic to the cluster IP",
			"service-ips: 198.51.100.7 . tcp . 80 : goto external-KHN6ECMT-shop/web/tcp/http # traffic to an external IP",
			"service-ips: 203.0.113.9 . tcp . 80 : goto external-KHN6ECMT-shop/web/tcp/http # traffic to a load-balancer IP",
			"service-ips: 10.96.0.20 . tcp . 80 : goto service-KHN6ECMT-shop/web/tcp/http # traffic to the cluster IP",
			"service-nodeports: tcp . 30080 : goto external-KHN6ECMT-shop/web/tcp/http # traffic to the node port",
		]);
		expect([clientSets, servers, entries]).toEqual([[], [], []]);
	});

	it("are chains of its endpoints and sets of clients, with affinity", () => {
		const { chains, clientSets } = explained("service", STICKY, "shop/web");
		expect(chains.map(({ name, endpoint }) => [name.split("-")[0], endpoint])).toEqual([
			["service", undefined],
			["local", undefined],
			["external", undefined],
			["firewall", undefined],
			["endpoint", "10.244.1.1:8080"],
			["endpoint", "10.244.2.1:8080"],
		]);
		expect(clientSets).toEqual(
			["10.244.1.1:8080", "10.244.2.1:8080"].map((endpoint) => ({
				family: "ipv4",
				name: expect.stringMatching(`^affinity-[A-Z2-7]{8}-shop/web/tcp/http__${endpoint.replace(":", "/")}$`),
				servicePort: "shop/web:http",
				endpoint,
				timeoutSeconds: 10800,
			})),
		);
	});

	it("is refused in a map where there is no endpoint, and the ports of a Service have one cluster IP", () => {
		const { elements, chains } = explained("service", NFTABLES, "shop/dns:tcp");
		expect(chains).toEqual([]);
		expect(elements.map(({ set, text }) => `${set}: ${text}`)).toEqual([
			"cluster-ips: 10.96.0.10",
			'no-endpoint-services: 10.96.0.10 . tcp . 53 comment "shop/dns:tcp" : goto reject-chain',
		]);
	});

	it("is in the text and in the JSON", () => {
		const web = explained("service", STICKY, "shop/web");
		const text = printExplanation(web, false);
		expect(text).toContain("\nElements of sets and maps\n  SET OR MAP");
		expect(text).toContain("\nClients that come back to their endpoint\n");
		expect(text).toMatch(/^ {2}node port +node:30080\/tcp +http +Local /m);
		expect(text).toContain("answers on 192.0.2.1\n");
		expect(printExplanation(web, true)).toContain("  2: meta l4proto tcp dnat to 10.244.1.1:8080");
		expect(Object.keys(describeExplanation(web) as object)).toEqual(
			expect.arrayContaining(["chains", "elements", "clientSets"]),
		);
		expect(JSON.parse(JSON.stringify(describeExplanation(web))).elements[0]).toEqual({
			ipFamily: "ipv4",
			set: "hairpin-connections",
			text: "10.244.1.1 . 10.244.1.1 . tcp . 8080",
			meaning: "an endpoint that reaches itself through the Service is masqueraded",
		});
	});
});

describe.each(VERSIONS)("of every chain, set and map that kube-proxy %s makes for nftables", (kubeVersion) => {
	const cluster: Cluster = { ...STICKY, kubeVersion };
	const [table] = clusterContext(cluster).nodes.flatMap(({ state }) => state.nft ?? []);

	it("is said whose it is, what for, its rules, and who leads there", () => {
		const chains = table?.chains ?? [];
		for (const { name, rules, hook } of chains) {
			const found = explained("chain", cluster, name);
			expect(found.purpose, name).not.toContain("none of kube-proxy's");
			expect(found.servicePort).toBe(name.includes("/") ? "shop/web:http" : undefined);
			expect(found.endpoint !== undefined, name).toBe(name.startsWith("endpoint-"));
			const [place] = found.places;
			expect(place?.rules.map(({ text }) => text)).toEqual(rules.map((rule) => ruleText(rule, "listing")));
			const callers = (place?.callers.length ?? 0) + (place?.entries?.length ?? 0);
			// What nobody serves gets to reject-chain, and there is nothing of the kind here.
			expect(callers > 0, name).toBe(hook === undefined && name !== "reject-chain");
		}
		expect(chains.length).toBeGreaterThan(15);
	});

	it("and of sets and maps their elements, and which rules ask them", () => {
		const sets = table?.sets ?? [];
		for (const { name, elements } of sets) {
			const found = explained("set", cluster, name);
			expect(found.purpose, name).not.toContain("none of kube-proxy's");
			expect(found.servicePort).toBe(name.startsWith("affinity-") ? "shop/web:http" : undefined);
			expect(found.places[0]?.elements).toHaveLength(elements.length);
			expect(found.places[0]?.users.length, name).toBeGreaterThan(0);
		}
		expect(sets.filter(({ name }) => name.startsWith("affinity-"))).toHaveLength(2);
		expect(sets.length).toBeGreaterThan(7);
	});
});

describe("names of the nftables mode", () => {
	it("are chains and maps only where no Service has that name", () => {
		const named = {
			...STICKY,
			objects: STICKY.objects.map((object) => JSON.parse(JSON.stringify(object).replaceAll('"web"', '"services"'))),
		};
		expect(explained("service", named, "services").name).toBe("shop/services");
		expect(explained("chain", STICKY, "services").servicePort).toBeUndefined();
		expect(explained("set", STICKY, "service-ips").places[0]?.elements).toHaveLength(2);
	});

	it.each<readonly [cluster: Cluster, asked: string, message: RegExp]>([
		[STICKY, "service-AAAAAAAA-shop/web/tcp/http", /the part before the namespace is a hash of service port/],
		[CLUSTER, "service-KHN6ECMT-shop/web/tcp/http", /the nftables mode has such names, and this is the iptables mode/],
		[STICKY, "KUBE-SVC-67NZLRHBNDSAWJRO", /the iptables mode has such names, and this is the nftables mode/],
		[CLUSTER, "service-ips", /there is no Service "service-ips"/],
	])("%#: %s that is not there is told with the reason", (cluster, asked, message) => {
		expect(refusal(cluster, asked)).toMatch(message);
	});

	it("are printed with what leads there", () => {
		const text = printExplanation(explained("chain", STICKY, "external-KHN6ECMT-shop/web/tcp/http"), false);
		expect(text.split("\n")[0]).toBe(
			"external-KHN6ECMT-shop/web/tcp/http: of shop/web:http; traffic from outside, and what the node itself and its pods send to the same addresses",
		);
		expect(text).toContain(
			"Rules (ip kube-proxy, IPv4)\n  1: ip saddr 10.244.0.0/16 goto service-KHN6ECMT-shop/web/tcp/http",
		);
		expect(text).toContain(
			"Called from (ip kube-proxy, IPv4)\n  service-ips: 203.0.113.9 . tcp . 80 : goto external-KHN6ECMT-shop/web/tcp/http  # traffic to a load-balancer IP\n",
		);
		const set = printExplanation(explained("set", STICKY, "nodeport-ips"), false);
		expect(set).toContain(
			"nodeport-ips: shared by all Services; has the addresses of this node on which node ports answer\n",
		);
		expect(set).toContain("Elements (ip kube-proxy, IPv4)\n  192.0.2.1");
	});
});

describe("who is served in the nftables mode", () => {
	it.each<readonly [asked: string, traffic: readonly string[]]>([
		["192.0.2.1:30080", ["pod served", "node served", "outside served"]],
		["127.0.0.1:30080", ["node untouched"]],
		["10.96.0.20:81", ["pod rejected", "node rejected", "outside rejected"]],
		["10.96.0.10:53/udp", ["pod rejected", "node rejected", "outside rejected"]],
		["203.0.113.9:80", ["pod served", "node served", "outside served"]],
	])("%s", (asked, traffic) => {
		const found = explained("address", NFTABLES, asked);
		expect(found.traffic.flatMap(({ reaches }) => reaches.map(({ from, verdict }) => `${from} ${verdict}`))).toEqual(
			traffic,
		);
	});
});
