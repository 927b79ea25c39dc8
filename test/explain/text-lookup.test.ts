import { describe, expect, it } from "vitest";
import { printExplanation } from "../../src/explain/print/print-text.ts";
import { explained } from "./explained.ts";
import { WEB } from "./shop.ts";
import { withoutFindings } from "./without-findings.ts";

describe("the text of other things", () => {
	function text(kind: "address" | "chain" | "node", question: string): string {
		const found = printExplanation(explained(kind, { objects: WEB, families: ["ipv4"] }, question), false);
		return withoutFindings(found);
	}

	it("says of an address whose it is, then what clients meet there", () => {
		expect(text("address", "192.0.2.1:30080")).toBe(`192.0.2.1:30080: node port of Service shop/web, port 80/TCP (http)

It is also
  address of node n1

New connections to it, by the rules of node n1
  ADDRESS              FROM PODS                     FROM THE NODE                              FROM OUTSIDE
  192.0.2.1:30080/tcp  2 endpoints of shop/web:http  2 endpoints of shop/web:http, masqueraded  1 endpoint of shop/web:http

More
  svcnat explain shop/web`);
	});

	it("says why nobody is served", () => {
		expect(text("address", "10.96.0.20:81")).toContain(`
New connections to it, by the rules of node n1
  ADDRESS            FROM PODS  FROM THE NODE  FROM OUTSIDE
  10.96.0.20:81/tcp  no rule    no rule        no rule

Why
  passed on as it is: it is for no Service
`);
	});

	it("says of a chain whose it is and what for, its rules, and who jumps to it", () => {
		expect(
			text("chain", "KUBE-SVL-67NZLRHBNDSAWJRO"),
		).toBe(`KUBE-SVL-67NZLRHBNDSAWJRO: of shop/web:http; spreads connections over the endpoints on this node (policy Local)

Rules (nat, IPv4)
  1: -A KUBE-SVL-67NZLRHBNDSAWJRO -m comment --comment "shop/web:http -> 10.244.1.1:8080" -j KUBE-SEP-3B5XO7OSMV7VPARF  # new connections are spread evenly

Called from (nat, IPv4)
  KUBE-EXT-67NZLRHBNDSAWJRO 4: -A KUBE-EXT-67NZLRHBNDSAWJRO -j KUBE-SVL-67NZLRHBNDSAWJRO  # traffic from outside goes where the external policy says`);
	});

	it("says of the node what it offers, and to whom", () => {
		expect(text("node", "node")).toBe(`node n1: 1 Service, 1 node port, 1 external frontend, 1 endpoint of its own

Node
  proxy mode iptables, zone zone-a
  addresses: 192.0.2.1, 2001:db8::1
  pod CIDRs: none that is known

IPv4
  1 Service with 1 service port; 0 without rules
  traffic of pods is known by source address: 10.244.0.0/16
  node ports answer on 192.0.2.1, 127.0.0.1

Node ports, for everybody who reaches the node
  PORT       WHERE                 SERVICE PORT   POLICY  SERVED BY
  30080/tcp  192.0.2.1, 127.0.0.1  shop/web:http  Local   1 endpoint

External and load-balancer IPs
  PORT                WHERE             SERVICE PORT   POLICY  SERVED BY   NOTE
  203.0.113.9:80/tcp  load-balancer IP  shop/web:http  Local   1 endpoint  only from 198.51.100.0/24

Health-check node ports, for balancers
  PORT   SERVICE   ANSWER
  32100  shop/web  passes: 1 ready endpoint here

Endpoints on this node
  ADDRESS     SERVES  SERVICE PORTS
  10.244.1.1  yes     shop/web:http`);
	});
});
