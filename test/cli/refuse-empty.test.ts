import { describe, expect, it } from "vitest";
import type { Found } from "../../src/cli/apply/machine.ts";
import { refuseEmpty } from "../../src/cli/apply/refuse-empty.ts";
import { parseIptables } from "../../src/lang/iptables/parse.ts";
import { parseTable } from "../../src/lang/ipvs/parse.ts";
import type { NodeState } from "../../src/lang/node-state.ts";
import { Trouble } from "../../src/trouble.ts";

const QUIET = { isQuiet: true, isVerbose: false, hasColor: false };

const SERVER = "-A -t 10.96.0.1:80 -s rr\n";
const REAL_SERVER = "-a -t 10.96.0.1:80 -r 10.244.0.1:80 -m -w 1\n";

function state(rules: string, servers?: string, dummyIPs: readonly string[] = ["10.96.0.1"]): NodeState {
	const { sections } = parseIptables(`*nat\n:KUBE-SERVICES - [0:0]\n:MINE - [0:0]\n${rules}COMMIT\n`, "save");
	const iptables = sections.flatMap(({ tables }) => tables);
	const virtualServers = servers === undefined ? undefined : parseTable(servers).table.virtualServers;
	const isIpvs = virtualServers !== undefined;
	return {
		...{ family: "ipv4", iptables, virtualServers, extent: "node" },
		...{ sets: isIpvs ? [] : undefined, dummyIPs: isIpvs ? dummyIPs : undefined },
	};
}

/** Whether objects without Services, or with Services and without EndpointSlices, are refused in a mode. */
function isRefused(live: NodeState, mode: "iptables" | "ipvs", hasServices: boolean): boolean {
	const states = [state("", mode === "ipvs" ? "" : undefined, [])];
	const wanted = { states, hasServices, hasEndpointSlices: false };
	const found: Pick<Found, "states"> = { states: new Map([["ipv4", live]]) };
	try {
		refuseEmpty(wanted, found, {}, QUIET);
		return false;
	} catch (error) {
		expect(error).toBeInstanceOf(Trouble);
		return true;
	}
}

const SHARED = `-A KUBE-SERVICES -m comment --comment "kubernetes service nodeports" -j KUBE-NODEPORTS\n`;
const NO_ENDPOINTS = `-A KUBE-SERVICES -d 10.96.0.9/32 -m comment --comment "shop/web:http has no endpoints" -j REJECT\n`;

describe("objects without Services, or without EndpointSlices,", () => {
	it.each([
		["the node has only rules that all Services share", state(SHARED), "iptables", false, false],
		["a comment of a rule names a service port", state(NO_ENDPOINTS), "iptables", true, false],
		[
			"somebody else's rule has such a comment",
			state(NO_ENDPOINTS.replace("KUBE-SERVICES", "MINE")),
			"iptables",
			false,
			false,
		],
		["there is a chain of a Service", state(":KUBE-EXT-AAAAAAAAAAAAAAAA - [0:0]\n"), "iptables", true, false],
		["there is a chain of an endpoint", state(":KUBE-SEP-AAAAAAAAAAAAAAAA - [0:0]\n"), "iptables", true, true],
		[
			"there is such a chain and the mode is another one",
			state(":KUBE-SEP-AAAAAAAAAAAAAAAA - [0:0]\n"),
			"ipvs",
			true,
			true,
		],
		["there is a virtual server", state("", SERVER), "ipvs", true, false],
		["there is a virtual server with a real server", state("", SERVER + REAL_SERVER), "ipvs", true, true],
		["there is one of somebody else", state("", SERVER + REAL_SERVER, []), "ipvs", false, false],
		["there is one that the mode leaves alone", state("", SERVER + REAL_SERVER), "iptables", false, false],
	] as const)("where %s", (_, live, mode, withoutServices, withoutSlices) => {
		const refused = [isRefused(live, mode, false), isRefused(live, mode, true)];
		expect(refused, "refused without Services, without EndpointSlices").toEqual([withoutServices, withoutSlices]);
	});
});
