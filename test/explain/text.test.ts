import { describe, expect, it } from "vitest";
import { printExplanation } from "../../src/explain/print/print-text.ts";
import { explained } from "./explained.ts";
import { type Cluster, endpoint, type Manifest, NODES, NOT_READY, service, slice } from "./findings/cluster.ts";
import { WEB } from "./shop.ts";
import { withoutFindings } from "./without-findings.ts";

function lines(objects: readonly Manifest[], question = "shop/web", isVerbose = false): readonly string[] {
	const cluster: Cluster = { objects, families: ["ipv4"] };
	return printExplanation(explained("service", cluster, question), isVerbose).split("\n");
}

describe("the text of a Service", () => {
	it("is as a person wants it", () => {
		expect(withoutFindings(lines(WEB).join("\n"))).toBe(EXPECTED);
	});

	it.each<readonly [what: string, objects: readonly Manifest[], verdict: string]>([
		[
			"all is well",
			[...NODES, service(), slice([endpoint("10.244.1.1")])],
			"1 of 1 endpoint serves; reachable at 10.96.0.20:80/TCP (http)",
		],
		["there is no slice", [...NODES, service()], "there are no endpoints; not reachable at 10.96.0.20:80/TCP (http)"],
		[
			"the port has another name",
			[...NODES, service(), slice([endpoint("10.244.1.1")], { ports: [{ name: "web", port: 8080 }] })],
			"0 of 1 endpoint serves (1 without the port); not reachable at 10.96.0.20:80/TCP (http)",
		],
		[
			"outside is dropped",
			[
				...NODES,
				service("web", {
					type: "NodePort",
					externalTrafficPolicy: "Local",
					ports: [{ name: "http", port: 80, nodePort: 30080 }],
				}),
				slice([endpoint("10.244.2.1", "n2")]),
			],
			"1 of 1 endpoint serves; reachable at 10.96.0.20:80/TCP (http), node:30080/TCP (http); but not from outside at node:30080/TCP (http)",
		],
		[
			"there are many frontends",
			[
				...NODES,
				service("web", { externalIPs: ["1", "2", "3", "4"].map((end) => `198.51.100.${end}`) }),
				slice([endpoint("10.244.1.1")]),
			],
			"1 of 1 endpoint serves; reachable at 10.96.0.20:80/TCP (http), 198.51.100.1:80/TCP (http), 198.51.100.2:80/TCP (http) and 2 more",
		],
		[
			"there are no rules",
			[...NODES, service("web", { clusterIP: "" })],
			"no rules; it has no cluster IP: an API server would give it one",
		],
	])("begins with the verdict when %s", (_, objects, verdict) => {
		expect(lines(objects)[0]).toBe(`shop/web: ${verdict}`);
	});

	it("folds long lists, unless all is asked for", () => {
		const many = Array.from({ length: 250 }, (_, at) => endpoint(`10.244.${at >> 7}.${at & 127}`));
		const objects = [...NODES, service(), slice(many)];
		const folded = lines(objects);
		expect(folded[0]).toBe("shop/web: 250 of 250 endpoints serve; reachable at 10.96.0.20:80/TCP (http)");
		expect(folded).toContain("  … and 230 more; --verbose shows all");
		expect(folded).toContain("  10.244.0.0:8080    n1    Cluster  0.4 %");
		expect(folded.length).toBeLessThan(90);
		const all = lines(objects, "shop/web", true);
		expect(all.filter((line) => line.endsWith("Cluster  0.4 %"))).toHaveLength(250);
		expect(all.filter((line) => line.includes("-j DNAT --to-destination"))).toHaveLength(250);
	});

	it("orders endpoints by number, and has a plain dash where no node is known", () => {
		const slices = [
			slice([endpoint("10.244.1.100", ""), endpoint("10.244.1.2"), endpoint("10.244.1.30", "n1", NOT_READY)]),
			slice([endpoint("10.244.1.4", "", NOT_READY)], { name: "web-2" }),
		];
		const own = lines([...NODES, service(), ...slices]).filter((line) => /^ {2}10\.244\..*(?:%|fails)$/.test(line));
		expect(own.map((line) => line.trim().split(/ +/).slice(0, 2).join(" "))).toEqual([
			"10.244.1.2:8080 n1",
			"10.244.1.100:8080 -",
			"10.244.1.4:8080 -",
			"10.244.1.30:8080 n1",
		]);
	});

	it("shows 21 lines rather than 20 and that there is one more", () => {
		const objects = [...NODES, service(), slice(Array.from({ length: 21 }, (_, at) => endpoint(`10.244.1.${at}`)))];
		const own = lines(objects).filter((line) => line.endsWith("%"));
		expect(own).toHaveLength(21);
	});

	it("keeps hostile names in their cells", () => {
		const name = `x\n10.6.6.6:80 ok\u001b[2J${"y".repeat(500)}`;
		const objects = [...NODES, service(), slice([endpoint("10.244.1.1", name), endpoint("10.244.1.2")])];
		const found = lines(objects).filter((line) => /^\s*10\./.test(line));
		expect(found).toHaveLength(2);
		expect(found.join("\n")).not.toContain("\u001b");
		expect(Math.max(...found.map((line) => line.length))).toBeLessThan(140);
	});
});

const EXPECTED = `shop/web: 2 of 3 endpoints serve (1 not ready); reachable at 10.96.0.20:80/TCP (http), 203.0.113.9:80/TCP (http), node:30080/TCP (http)

Service
  type LoadBalancer, seen from node n1 (iptables)
  internalTrafficPolicy Cluster, externalTrafficPolicy Local
  affinity: none

Frontends
  KIND              ADDRESS             PORT  POLICY   FROM PODS    FROM THE NODE             FROM OUTSIDE              NOTE
  cluster IP        10.96.0.20:80/tcp   http  Cluster  2 endpoints  2 endpoints, masqueraded  2 endpoints, masqueraded
  load-balancer IP  203.0.113.9:80/tcp  http  Local    dropped      dropped                   1 endpoint                only from 198.51.100.0/24
  node port         node:30080/tcp      http  Local    2 endpoints  2 endpoints, masqueraded  1 endpoint                answers on 192.0.2.1, 127.0.0.1

Endpoints that serve
  ADDRESS          NODE  POLICY          SHARE OF CLUSTER IP  SHARE FROM OUTSIDE
  10.244.1.1:8080  n1    Cluster, Local  50 %                 100 %
  10.244.2.1:8080  n2    Cluster         50 %

Endpoints that do not serve
  ADDRESS          NODE  SLICE  WHY
  10.244.2.2:8080  n2    web-1  it is not ready: its pod is starting, or its readiness probe fails

Load balancer
  203.0.113.9 (ipMode VIP)
  health check: nodes are asked at port 32100 whether they have ready endpoints

Pool of an outside balancer
  ADDRESS          NODE  PASSES ITS HEALTH CHECK
  192.0.2.1:30080  n1    yes: 1 ready endpoint there
  192.0.2.2:30080  n2    yes: 1 ready endpoint there
  192.0.2.3:30080  n3    no: 0 ready endpoints there

Chains
  CHAIN                      TABLE  RULES  WHAT FOR
  KUBE-EXT-67NZLRHBNDSAWJRO  nat    4      traffic from outside, and what the node itself and its pods send to the same addresses
  KUBE-FW-67NZLRHBNDSAWJRO   nat    2      lets in what comes from the source ranges, on load-balancer IPs
  KUBE-SVC-67NZLRHBNDSAWJRO  nat    3      spreads connections over the endpoints of policy Cluster
  KUBE-SVL-67NZLRHBNDSAWJRO  nat    1      spreads connections over the endpoints on this node (policy Local)
  KUBE-SEP-3B5XO7OSMV7VPARF  nat    2      sends connections to 10.244.1.1:8080
  KUBE-SEP-OA26CPEPWTDPMPAE  nat    2      sends connections to 10.244.2.1:8080

Rules in chains that all Services share
  CHAIN                TABLE   RULES  WHY
  KUBE-NODEPORTS       filter  1      the load balancer asks here whether this node has local endpoints
  KUBE-PROXY-FIREWALL  filter  1      other sources may not use the load-balancer IP
  KUBE-SERVICES        nat     2      traffic to the cluster IP; traffic to a load-balancer IP
  KUBE-NODEPORTS       nat     2      traffic to the node port

DNS
  web.shop.svc.cluster.local A 10.96.0.20
  _http._tcp.web.shop.svc.cluster.local SRV 80 web.shop.svc.cluster.local

Environment of pods in the namespace (those that started after the Service was made)
  WEB_SERVICE_HOST=10.96.0.20
  WEB_SERVICE_PORT=80
  WEB_SERVICE_PORT_HTTP=80
  WEB_PORT=tcp://10.96.0.20:80
  WEB_PORT_80_TCP=tcp://10.96.0.20:80
  WEB_PORT_80_TCP_PROTO=tcp
  WEB_PORT_80_TCP_PORT=80
  WEB_PORT_80_TCP_ADDR=10.96.0.20`;
