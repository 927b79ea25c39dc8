import { describe, expect, it } from "vitest";
import { ipvsView, serverNames } from "../../src/diff/ipvs/view.ts";
import { parseSets } from "../../src/lang/ipset/parse.ts";
import { parseTable } from "../../src/lang/ipvs/parse.ts";
import type { NodeState } from "../../src/lang/node-state.ts";

const SERVERS = "-A -t 192.0.2.11:30080 -s rr\n-a -t 192.0.2.11:30080 -r 10.244.1.5:8080 -m -w 1\n";

function node(entries: string): NodeState {
	return {
		family: "ipv4",
		iptables: undefined,
		virtualServers: parseTable(SERVERS).table.virtualServers,
		sets: parseSets(`create KUBE-NODE-PORT-TCP bitmap:port range 0-65535\n${entries}`).sets,
		dummyIPs: ["10.96.0.1"],
		extent: "node",
	};
}

describe("a node port that its set does not name", () => {
	const [whole, broken] = [node("add KUBE-NODE-PORT-TCP 30080\n"), node("")];

	it("is one all the same when the other side says so", () => {
		for (const sides of [
			[whole, broken],
			[broken, whole],
		]) {
			const [view] = ipvsView(broken, serverNames(sides));
			expect(view).toMatchObject({ kind: "node port", obstacle: undefined, masquerades: [] });
		}
	});

	it("cannot be told from a cluster IP when nobody says so", () => {
		const [view] = ipvsView(broken, serverNames([broken, broken]));
		expect(view).toMatchObject({ kind: "cluster IP", obstacle: "closed: 192.0.2.11 is not on kube-ipvs0" });
	});
});
