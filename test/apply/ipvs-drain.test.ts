import { describe, expect, it } from "vitest";
import { drain, hasLeaving, realServerKey } from "../../src/apply/ipvs-drain.ts";
import { parseConnections } from "../../src/apply/ipvs-read.ts";
import { diff } from "../../src/diff/diff.ts";
import { restoreParts } from "../../src/diff/restore-parts.ts";
import { parseTable } from "../../src/lang/ipvs/parse.ts";
import type { NodeState } from "../../src/lang/node-state.ts";

const NOW = 1_800_000_000_000;
const MINUTE = 60_000;
const GUEST = "10.96.0.1:80/tcp 10.244.0.2:80";

function state(text: string): NodeState {
	const { virtualServers } = parseTable(text).table;
	return { family: "ipv4", iptables: undefined, virtualServers, sets: undefined, dummyIPs: undefined, extent: "node" };
}

const SERVER = "-A -t 10.96.0.1:80 -s rr\n-a -t 10.96.0.1:80 -r 10.244.0.1:80 -m -w 1\n";
const WANTED = state(SERVER);
const withGuest = (weight: number): NodeState =>
	state(`${SERVER}-a -t 10.96.0.1:80 -r 10.244.0.2:80 -m -w ${weight}\n`);

/** What is run, after real servers that go were looked at. */
function commands(live: NodeState, wanted: NodeState, connections: number, since: Readonly<Record<string, number>>) {
	const options = { connections: new Map([[GUEST, connections]]), since, now: NOW, limit: 15 * MINUTE };
	const drained = drain(live, wanted, options);
	const parts = restoreParts(drained.live, drained.wanted, diff(drained.live, drained.wanted));
	return { text: parts.map(({ text }) => text).join(""), since: drained.since, hasNew: drained.hasNew };
}

describe("a real server that is not wanted any more", () => {
	const edit = "-e -t 10.96.0.1:80 -r 10.244.0.2:80 -m -w 0\n";
	const deletion = "-d -t 10.96.0.1:80 -r 10.244.0.2:80\n";

	it.each([
		["gets weight 0, whatever connections it has", 1, 0, {}, edit, { [GUEST]: NOW }, true],
		["forgets an older time when it has weight 1 again", 1, 3, { [GUEST]: NOW - MINUTE }, edit, { [GUEST]: NOW }, true],
		["goes when its last connection has ended", 0, 0, { [GUEST]: NOW - MINUTE }, deletion, {}, false],
		["stays while it has connections", 0, 2, { [GUEST]: NOW - MINUTE }, "", { [GUEST]: NOW - MINUTE }, false],
		[
			"stays until the time is up",
			0,
			2,
			{ [GUEST]: NOW - 15 * MINUTE + 1 },
			"",
			{ [GUEST]: NOW - 15 * MINUTE + 1 },
			false,
		],
		["goes with its connections when the time is up", 0, 2, { [GUEST]: NOW - 15 * MINUTE }, deletion, {}, false],
		["starts to wait when nobody knows since when it has weight 0", 0, 2, {}, "", { [GUEST]: NOW }, false],
		["waits no longer because a clock was set back", 0, 2, { [GUEST]: NOW + MINUTE }, "", { [GUEST]: NOW }, false],
	])("%s", (_, weight, connections, since, text, remembered, hasNew) => {
		expect(commands(withGuest(weight), WANTED, connections, since)).toEqual({ text, since: remembered, hasNew });
	});

	it.each(["-u", "--sctp-service"])("goes at once when it serves %s", (protocol) => {
		const as = (text: string): string => text.replaceAll(/(?<=^-[Aa] )-t/gm, protocol);
		const live = state(as(`${SERVER}-a -t 10.96.0.1:80 -r 10.244.0.2:80 -m -w 1\n`));
		expect(commands(live, state(as(SERVER)), 5, {}).text).toBe(as(deletion).replace("-t", protocol));
	});

	it("goes with its virtual server", () => {
		expect(commands(withGuest(0), state(""), 5, {})).toMatchObject({ text: "-D -t 10.96.0.1:80\n", since: {} });
	});

	it("is edited, not deleted, when it is wanted again, so that its connections stay", () => {
		expect(commands(withGuest(0), withGuest(1), 5, { [GUEST]: NOW })).toEqual({
			text: edit.replace("-w 0", "-w 1"),
			since: {},
			hasNew: false,
		});
	});
});

describe("connections are counted", () => {
	it("only when a real server of weight 0 waits", () => {
		expect(hasLeaving(withGuest(0), WANTED)).toBe(true);
		expect(hasLeaving(withGuest(1), WANTED)).toBe(false);
		expect(hasLeaving(withGuest(0), withGuest(1))).toBe(false);
	});

	it("as ipvsadm -Ln prints them, of both families, active and ending ones", () => {
		const connections = parseConnections(`IP Virtual Server version 1.2.1 (size=4096)
Prot LocalAddress:Port Scheduler Flags
  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn
TCP  10.96.0.1:80 rr persistent 10800
  -> 10.244.0.2:80                Masq    0      3          39
FWM  7 rr
  -> 198.51.100.9:80              Masq    1      7          1
SCTP [fd00::1]:80 rr
  -> [fd00::2]:8080               Masq    1      1          0
`);
		const v6 = realServerKey({ ip: "fd00::1", port: 80, protocol: "sctp" }, { ip: "fd00::2", port: 8080 });
		expect([...connections]).toEqual([
			[GUEST, 42],
			[v6, 1],
		]);
	});
});
