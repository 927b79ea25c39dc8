import type { Command } from "../../lang/command.ts";
import { entryTexts, printSets } from "../../lang/ipset/print.ts";
import { printTable } from "../../lang/ipvs/print.ts";
import { hostCIDR, printCIDR } from "../../net/cidr.ts";
import type { Backend, DescribeOptions, Part } from "../backend.ts";
import { setupCommands } from "../netfilter/commands.ts";
import { describeTables } from "../netfilter/describe.ts";
import { installedRuleset } from "../netfilter/installed.ts";
import { restorePart, savePart } from "../netfilter/parts.ts";
import { describeOrigin, isShown } from "../origin.ts";
import { buildIpvs, type IpvsRules } from "./build.ts";
import { REASONS } from "./reason.ts";

/** The dummy interface that holds the addresses of Services. It stays down. */
const DUMMY = "kube-ipvs0";

/** The IPVS mode. */
export const ipvs: Backend<IpvsRules> = {
	mode: "ipvs",
	build: buildIpvs,
	parts: (rules) => [...sharedParts(rules), ...rules.map(restorePart), ...rules.map(savePart)],
	requirementsReason: "",
	requirements: () => [],
	setup: (rules) => [
		{ program: "ip", args: ["link", "add", DUMMY, "type", "dummy"] },
		...timeoutCommands(rules),
		...rules.flatMap(setupCommands),
	],
	sysctls: (rules) => rules.flatMap((one) => one.sysctls),
	state: (rules) => ({
		family: rules.family,
		iptables: installedRuleset(rules).tables,
		virtualServers: rules.table.virtualServers,
		sets: rules.sets,
		dummyIPs: rules.dummyIPs,
		extent: "kube-proxy",
	}),
	describe,
};

/** The texts that hold both families. */
function sharedParts(rules: readonly IpvsRules[]): readonly Part[] {
	return [
		{ name: "sysctls.txt", loader: "sysctl -p -", printer: undefined, print: () => printSysctls(rules) },
		{
			name: "ipset.txt",
			loader: "ipset -exist restore",
			printer: "ipset save",
			print: () => rules.map(({ sets }) => printSets(sets)).join(""),
		},
		{
			name: "kube-ipvs0.txt",
			loader: `ip address replace ADDRESS dev ${DUMMY}`,
			printer: `ip address show dev ${DUMMY}`,
			print: () => rules.flatMap(({ dummyIPs }) => dummyIPs.map((ip) => `${printCIDR(hostCIDR(ip))}\n`)).join(""),
		},
		{
			name: "ipvsadm.txt",
			loader: "ipvsadm -R",
			printer: "ipvsadm -Sn",
			print: () => rules.map(({ table }) => printTable(table)).join(""),
		},
	];
}

/** Both families write the same. */
function printSysctls([first]: readonly IpvsRules[]): string {
	return (first?.sysctls ?? []).map(({ name, value }) => `${name} = ${value}\n`).join("");
}

/** One command sets all three timers, if any is to be set. */
function timeoutCommands([first]: readonly IpvsRules[]): readonly Command[] {
	const { tcp, tcpFin, udp } = first?.timeouts ?? { tcp: 0, tcpFin: 0, udp: 0 };
	if (tcp + tcpFin + udp === 0) return [];
	return [{ program: "ipvsadm", args: ["--set", ...[tcp, tcpFin, udp].map(String)] }];
}

function describe(rules: IpvsRules, options: DescribeOptions): unknown {
	return {
		ipFamily: rules.family,
		virtualServers: rules.table.virtualServers
			.filter(({ origin }) => isShown(origin, options))
			.map((server) => ({
				...server,
				...described(server),
				realServers: server.realServers.map((real) => ({ ...real, ...described(real) })),
			})),
		sets: rules.sets.map((set) => ({ name: set.name, type: set.type, entries: entryTexts(set) })),
		dummyAddresses: rules.dummyIPs.map((ip) => printCIDR(hostCIDR(ip))),
		sysctls: rules.sysctls,
		timeouts: rules.timeouts,
		tables: describeTables(rules, REASONS, options),
	};
}

function described({ origin }: { readonly origin: Parameters<typeof describeOrigin>[0] | undefined }) {
	return { origin: origin && describeOrigin(origin, REASONS) };
}
