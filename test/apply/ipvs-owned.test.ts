import { describe, expect, it } from "vitest";
import { withoutForeign } from "../../src/apply/owned.ts";
import { parseSets } from "../../src/lang/ipset/parse.ts";
import { parseTable } from "../../src/lang/ipvs/parse.ts";
import type { NodeState } from "../../src/lang/node-state.ts";

const SETS = `create KUBE-IPVS-IPS hash:ip family inet
add KUBE-IPVS-IPS 10.96.0.2
create KUBE-EXTERNAL-IP hash:ip,port family inet
add KUBE-EXTERNAL-IP 192.0.2.11,tcp:443
create KUBE-NODE-PORT-TCP bitmap:port range 0-65535
add KUBE-NODE-PORT-TCP 30080
create KUBE-NODE-PORT-SCTP-HASH hash:ip,port family inet
add KUBE-NODE-PORT-SCTP-HASH 192.0.2.11,sctp:30080
create OTHERS hash:ip family inet
add OTHERS 203.0.113.9
`;

const NODE_PORT = "-A -t 192.0.2.11:30080 -s rr\n-a -t 192.0.2.11:30080 -r 10.244.0.1:80 -m -w 1\n";

function state(servers: string, sets: string, dummyIPs: readonly string[]): NodeState {
	const { virtualServers } = parseTable(servers).table;
	return { family: "ipv4", iptables: [], virtualServers, sets: parseSets(sets).sets, dummyIPs, extent: "node" };
}

describe("a virtual server", () => {
	it.each([
		["at an address of kube-ipvs0 is ours", "-A -t 10.96.0.1:99 -s rr\n", true],
		["at an address of which the set says that it is, is ours", "-A -u 10.96.0.2:99 -s wlc\n", true],
		["that a set lists is ours", "-A -t 192.0.2.11:443 -s rr\n", true],
		["beside one that a set lists is not", "-A -t 192.0.2.11:444 -s rr\n", false],
		["at the node's address and a node port is ours", NODE_PORT, true],
		["at the node's address and the node port of another protocol is not", NODE_PORT.replaceAll("-t", "-u"), false],
		["of SCTP at a node port is ours", "-A --sctp-service 192.0.2.11:30080 -s rr\n", true],
		["at another address and a node port is not", NODE_PORT.replaceAll("192.0.2.11", "203.0.113.9"), false],
		["at a set of others' address is not", "-A -t 203.0.113.9:80 -s rr\n", false],
		["that is wanted is ours", "-A -t 198.51.100.1:80 -s rr\n", true],
	])("%s", (_, server, isOurs) => {
		const wanted = state("-A -t 198.51.100.1:80 -s rr\n", "", []);
		const live = state(server, SETS, ["10.96.0.1"]);
		expect(withoutForeign(live, wanted, new Set(["192.0.2.11"])).virtualServers).toEqual(
			isOurs ? live.virtualServers : [],
		);
	});

	it("at an address that the node no longer has is ours when it is like the one at the node's address", () => {
		const old = NODE_PORT.replaceAll("192.0.2.11", "192.0.2.12");
		const others = old.replaceAll("192.0.2.12", "192.0.2.13").replace("-w 1", "-w 7");
		const live = state(`${NODE_PORT}${old}${others}`, SETS, []);
		const { virtualServers = [] } = withoutForeign(live, state("", "", []), new Set(["192.0.2.11"]));
		expect(virtualServers.map(({ ip }) => ip)).toEqual(["192.0.2.11", "192.0.2.12"]);
	});
});

it("sets of others are left out", () => {
	const { sets = [] } = withoutForeign(state("", SETS, []), state("", "", []));
	expect(sets.map(({ name }) => name)).not.toContain("OTHERS");
	expect(sets).toHaveLength(4);
});
