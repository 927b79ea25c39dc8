import { describe, expect, it } from "vitest";
import { namedLine, type RefusedLine, refusedLine, undeletableLine } from "../../src/apply/refused-line.ts";
import { parseIptables } from "../../src/lang/iptables/parse.ts";
import type { NodeState } from "../../src/lang/node-state.ts";

const [GONE, NEW, UNKNOWN] = ["KUBE-SVC-AAAAAAAAAAAAAAAA", "KUBE-SEP-BBBBBBBBBBBBBBBB", "KUBE-SEP-CCCCCCCCCCCCCCCC"];

const LIVE = `*nat
:PREROUTING ACCEPT [0:0]
:MINE - [0:0]
:KUBE-SERVICES - [0:0]
:${GONE} - [0:0]
-A MINE -s 192.0.2.0/24 -m comment --comment "say \\"$(id)\\"" -j ${GONE}
-A KUBE-SERVICES -d 10.96.0.9/32 -p tcp -m comment --comment "shop/cart cluster IP" -m tcp --dport 80 -j ${GONE}
COMMIT
*filter
:INPUT ACCEPT [0:0]
-A INPUT -j ${GONE}
COMMIT
`;

const TEXT = `*filter
:KUBE-SERVICES - [0:0]
COMMIT
*nat
:${NEW} - [0:0]
:KUBE-NODEPORTS - [0:0]
-A ${NEW} -s 10.244.0.1/32 -m comment --comment "shop/web:http" -j KUBE-MARK-MASQ
-A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000
-D KUBE-SERVICES -d 10.96.0.9/32 -p tcp -m comment --comment "shop/cart cluster IP" -m tcp --dport 80 -j ${GONE}
-D KUBE-SERVICES 3
-D ${GONE} 2
:${UNKNOWN} - [0:0]
-X ${UNKNOWN}
-X ${GONE}
COMMIT
`;

const live: NodeState = {
	family: "ipv4",
	iptables: parseIptables(LIVE, "save").sections.flatMap(({ tables }) => tables),
	virtualServers: undefined,
	sets: undefined,
	dummyIPs: undefined,
	extent: "node",
};

function refused(start: string): RefusedLine {
	return refusedLine(TEXT, TEXT.split("\n").findIndex((line) => line.startsWith(start)) + 1, live);
}

describe("the line that was refused", () => {
	it.each([
		["a chain of an endpoint to a service port, by a rule in the text", `:${NEW}`, "shop/web:http"],
		["a rule to the service port in its comment", `-A ${NEW}`, "shop/web:http"],
		["a rule that is deleted to the service port in its comment", "-D KUBE-SERVICES -d", "shop/cart"],
		["a deleted chain to a service port, by a rule of the node", `-X ${GONE}`, "shop/cart"],
		["a shared chain to all Services", ":KUBE-NODEPORTS", "shared"],
		["a shared rule to all Services", "-A KUBE-MARK-MASQ", "shared"],
		["a rule by its number to the service port of its chain", `-D ${GONE} 2`, "shop/cart"],
		["a rule by its number to nobody, in a chain of all Services", "-D KUBE-SERVICES 3", undefined],
		["a chain that no rule names to nobody", `:${UNKNOWN}`, undefined],
		["a deleted chain that no rule names to nobody", `-X ${UNKNOWN}`, undefined],
	])("belongs: %s", (_, start, owner) => {
		expect(refused(start)).toMatchObject({ text: expect.stringContaining(start), owner });
	});

	it("has the rules of others in the same table that lead to the chain, as what deletes them", () => {
		const words = ["-t", "nat", "-D", "MINE", "-s", "192.0.2.0/24", "-m", "comment", "--comment", 'say "$(id)"'];
		expect(refused(`-X ${GONE}`).callers).toEqual([[...words, "-j", GONE]]);
		expect(refused(`-X ${UNKNOWN}`).callers).toEqual([]);
	});

	it("is the one that deletes such a chain, when the tool names only COMMIT", () => {
		expect(namedLine(TEXT, "iptables-restore: line 15 failed")).toBeUndefined();
		expect(undeletableLine(TEXT, live)).toBe(14);
		expect(undeletableLine(TEXT, { ...live, iptables: [] })).toBeUndefined();
	});

	it("is the one that the tool names", () => {
		expect(namedLine(TEXT, "iptables-restore: line 14 failed")).toBe(14);
		expect(namedLine(TEXT, "line 12: CHAIN_DEL failed (Device or resource busy): chain KUBE-SEP")).toBe(12);
		expect(namedLine(TEXT, "iptables-restore: line 99 failed")).toBeUndefined();
	});
});
