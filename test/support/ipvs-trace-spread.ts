import type { Family, NodeState } from "../../src/index.ts";
import { hostPort, type IP } from "../../src/net/ip.ts";
import { ipvsStateOf } from "./ipvs-diff-states.ts";
import type { IpvsLab } from "./ipvs-trace-lab.ts";
import { WIRED, wiredNetwork } from "./ipvs-trace-wired.ts";
import type { LabDial, LabServer } from "./wired-dial.ts";

/** A virtual server, and how its connections are spread. */
export interface Spread {
	readonly scheduler: string;
	/** Options of ipvsadm. */
	readonly options: string;
	readonly weights: readonly number[];
}

const spread = (scheduler: string, weights: readonly number[], options = ""): Spread => ({
	scheduler,
	weights,
	options,
});

export const SPREADS: readonly Spread[] = [
	spread("rr", [1, 1, 1]),
	spread("rr", [4, 2, 0]),
	spread("wrr", [4, 2, 1]),
	spread("wrr", [4, 2, 0]),
	spread("lc", [4, 2, 1]),
	spread("lc", [4, 2, 0]),
	spread("wlc", [4, 2, 1]),
	spread("wlc", [4, 2, 0]),
	spread("sed", [4, 2, 1]),
	spread("sed", [4, 2, 0]),
	spread("nq", [4, 2, 1]),
	spread("nq", [4, 2, 0]),
	spread("sh", [1, 1, 1]),
	spread("sh", [4, 2, 1]),
	spread("sh", [4, 2, 0]),
	spread("sh", [4, 2, 0], "-b sh-fallback"),
	spread("sh", [1, 1, 1], "-b sh-port"),
	spread("mh", [1, 1, 1]),
	spread("mh", [4, 2, 1]),
	spread("mh", [4, 2, 0]),
	spread("mh", [4, 2, 1], "-b mh-port"),
	spread("dh", [1, 1, 1]),
	spread("dh", [4, 2, 0]),
	spread("dh", [0, 2, 4]),
	spread("dh", [1, 0, 1]),
	spread("fo", [1, 3, 2]),
	spread("fo", [0, 0, 0]),
	spread("ovf", [3, 2, 1]),
	spread("lblc", [1, 1, 1]),
	spread("lblcr", [1, 1, 1]),
	spread("rr", [1, 1, 1], "-p 60"),
	spread("wrr", [4, 2, 0], "-p 60"),
	spread("rr", [0, 0, 0]),
];

const FIRST_PORT = 8081;
const CLIENTS = 40;

/** Rules are not needed: IPVS alone decides. */
export function spreadLab(family: Family): { readonly lab: IpvsLab; readonly state: NodeState } {
	const pod = WIRED[family].pods[0];
	const lines = SPREADS.flatMap(({ scheduler, options, weights }, index) => {
		const at = hostPort(virtualIP(family, index), 80);
		const real = weights.map(
			(weight, number) => `-a -t ${at} -r ${hostPort(pod, FIRST_PORT + number)} -m -w ${weight}\n`,
		);
		return [`-A -t ${at} -s ${scheduler} ${options}\n`, ...real];
	});
	const parts = {
		"sysctls.txt": "net.ipv4.vs.conntrack = 1\n",
		"ipset.txt": "",
		"kube-ipvs0.txt": SPREADS.map((_, index) => `${virtualIP(family, index)}/${family === "ipv4" ? 32 : 128}\n`).join(
			"",
		),
		"ipvsadm.txt": lines.join(""),
		"save.v4.txt": "*nat\n:PREROUTING ACCEPT [0:0]\nCOMMIT\n",
		"save.v6.txt": "*nat\n:PREROUTING ACCEPT [0:0]\nCOMMIT\n",
	};
	const servers: readonly LabServer[] = [0, 1, 2].map((number) => {
		return { space: "pod1", ip: pod, port: FIRST_PORT + number, protocol: "tcp" };
	});
	const job = { servers, dials: SPREADS.flatMap((one, index) => dialsTo(one, virtualIP(family, index), family)) };
	const network = wiredNetwork(family);
	const outside = network.spaces["outside"];
	const many = Array.from({ length: CLIENTS }, (_, client) => {
		return `address add ${clientIP(family, client)}/${family === "ipv4" ? 32 : "128 nodad"} dev lo`;
	});
	const spaces = {
		...network.spaces,
		outside: { sysctls: {}, ...outside, commands: [...(outside?.commands ?? []), ...many] },
	};
	const lab = { name: `spread, ${family}`, family, parts, network: { ...network, spaces }, program: "connect", job };
	return { lab, state: ipvsStateOf(parts, family) };
}

/** The address of one of the virtual servers. */
export function virtualIP(family: Family, index: number): IP {
	return `${family === "ipv4" ? "10.96.1." : "fd00:96:1::"}${index + 1}` as IP;
}

/** The address of one of the clients. */
export function clientIP(family: Family, index: number): IP {
	return `${family === "ipv4" ? "198.18.1." : "2001:db8:ffff:1::"}${index + 1}` as IP;
}

/** Schedulers that look at the client. */
const BY_CLIENT: readonly string[] = ["sh", "mh"];

/** Schedulers that count open connections. */
const COUNTING: readonly string[] = ["lc", "wlc", "sed", "nq"];

/** Schedulers that send all connections to a virtual server to the same real server. */
export const BY_SERVER: readonly string[] = ["dh", "lblc", "lblcr"];

/** Divisible by 2, 3, 6 and 7. */
const MANY = 42;

/** Many connections of one client, or two of each of many clients where the client matters. */
export function dialsTo({ scheduler, options, weights }: Spread, to: IP, family: Family): readonly LabDial[] {
	const byClient = BY_CLIENT.includes(scheduler) || options.startsWith("-p");
	const isFew = BY_SERVER.includes(scheduler) || weights.every((weight) => weight === 0);
	return Array.from({ length: byClient ? CLIENTS : 1 }, (_, client) => ({
		space: "outside",
		from: clientIP(family, client),
		to,
		port: 80,
		protocol: "tcp",
		times: byClient ? 2 : isFew ? 3 : MANY,
		keeps: COUNTING.includes(scheduler),
		timeout: 0.1,
	}));
}
