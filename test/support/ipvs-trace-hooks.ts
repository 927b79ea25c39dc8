import { isDeepStrictEqual } from "node:util";
import type { Family } from "../../src/index.ts";
import type { Outcome } from "../../src/trace/outcome.ts";
import { ipvsCaseOf } from "./ipvs-case.ts";
import { ipvsStateOf } from "./ipvs-diff-states.ts";
import type { IpvsNode } from "./ipvs-trace-cluster.ts";
import { RECORDING } from "./ipvs-trace-lab.ts";
import { servicesModel } from "./ipvs-trace-services.ts";
import type { TraceDifference } from "./trace-compare.ts";
import type { LabResult } from "./trace-lab.ts";
import { interfacesOf, labNetwork } from "./trace-network.ts";

const HOOKS: Readonly<Record<string, readonly string[]>> = {
	mangle: ["PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"],
	nat: ["PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"],
	filter: ["INPUT", "FORWARD", "OUTPUT"],
};

const BUILT_IN: ReadonlySet<string> = new Set(Object.values(HOOKS).flat());

/** Questions about what IPVS and the rules before it leave behind; answers show as marks, or as rules that matched. */
const QUESTIONS = [
	"-m conntrack --ctstate NEW",
	"-m conntrack --ctstate DNAT -j MARK --set-xmark 0x100/0x100",
	"-m conntrack --ctstate SNAT -j MARK --set-xmark 0x200/0x200",
	"-m addrtype --src-type LOCAL",
	"-m addrtype --dst-type LOCAL",
	"-i eth0",
	"-i lo",
	"-o lo",
];

/** A node on which somebody asks a lot at every hook, before kube-proxy's rules. */
export function askingNode(family: Family): IpvsNode {
	const model = servicesModel(family);
	const own = ipvsCaseOf("", [model]).parts;
	const file = family === "ipv4" ? "save.v4.txt" : "save.v6.txt";
	const save = withQuestions(own[file] ?? "", family);
	const network = { pods: { name: "veth0", isBridge: false, hasAddress: true }, hasSecondCard: true };
	return {
		name: `rules of others at every hook, ${family}`,
		model,
		parts: { ...own, [file]: save },
		state: ipvsStateOf({ ...own, [file]: save + RECORDING }, family),
		node: { ips: model.node.ips, interfaces: interfacesOf(network, family) },
		network: labNetwork(network, { family, routesLocalnet: false, onBridge: [] }),
		pods: { name: "veth0", link: "veth0" },
	};
}

function withQuestions(save: string, family: Family): string {
	const vaddr = family === "ipv4" ? "10.96.0.10/32" : "fd00:96::10/128";
	const questions = [...QUESTIONS, `-m ipvs --vaddr ${vaddr} --vproto 6 --vport 80`];
	const mangle = (HOOKS["mangle"] ?? []).map((hook) => `:${hook} ACCEPT [0:0]\n`).join("");
	return `${save}*mangle\n${mangle}COMMIT\n`.replaceAll(/^\*(\w+)\n((?::.*\n)*)/gm, (all, table: string) => {
		const jumps = (HOOKS[table] ?? []).map((hook) => `-A ${hook} -j QUESTIONS\n`);
		const rules = questions.map((question) => `-A QUESTIONS ${question}\n`);
		return `${all}:QUESTIONS - [0:0]\n${[...jumps, ...rules].join("")}`;
	});
}

/** How the order of tables and hooks differs, the recorder's own included; only where each has a rule can that be told. */
export function orderDifference(
	{ state }: IpvsNode,
	{ steps }: LabResult,
	outcomes: readonly Outcome[],
): TraceDifference | undefined {
	if (state.iptables?.some(({ name }) => name === "raw") !== true) return undefined;
	const kernel = orderOf(steps.filter(([, chain]) => BUILT_IN.has(chain)).map(([table, chain]) => `${table} ${chain}`));
	const trace = outcomes.map((outcome) =>
		orderOf(outcome.steps.filter(({ table }) => table !== "ipvs").map(({ table, hook }) => `${table} ${hook}`)),
	);
	return trace.some((order) => isDeepStrictEqual(order, kernel)) ? undefined : { kernel, trace };
}

function orderOf(places: readonly string[]): readonly string[] {
	return places.filter((place, index) => place !== places[index - 1]);
}
