import { entryTexts } from "../../src/lang/ipset/print.ts";
import { rulePrinter } from "../../src/lang/iptables/print.ts";
import { rulesByChain } from "../../src/lang/iptables/ruleset.ts";
import { printTable } from "../../src/lang/ipvs/print.ts";
import type { NodeState } from "../../src/lang/node-state.ts";
import { hostCIDR, printCIDR } from "../../src/net/cidr.ts";
import type { IP } from "../../src/net/ip.ts";
import type { NodeTexts } from "./ipvs-diff-states.ts";

/** What a small stand-in for the kernel holds of one family: as the tools write it, to be changed by commands. */
export interface World {
	/** Type and entries of each set. */
	readonly sets: Map<string, { readonly type: string; readonly entries: Set<string> }>;
	/** Options of each virtual server (`-t 10.96.0.1:80`), and of its real servers (`-r 10.244.1.5:8080`). */
	readonly servers: Map<string, { options: string; readonly real: Map<string, string> }>;
	readonly addresses: Set<string>;
	/** By table and chain; rules without `-A CHAIN `. */
	readonly chains: Map<string, { policy: string; readonly rules: string[] }>;
}

/** The stand-in in the state of a node. */
export function worldOf(state: NodeState): World {
	const world: World = { sets: new Map(), servers: new Map(), addresses: new Set(), chains: new Map() };
	for (const set of state.sets ?? []) {
		const type = set.type === "bitmap:port" ? set.type : `${set.type} ${set.family === "ipv4" ? "inet" : "inet6"}`;
		world.sets.set(set.name, { type, entries: new Set(entryTexts(set)) });
	}
	for (const line of printTable({ virtualServers: state.virtualServers ?? [] }).split("\n")) {
		const words = line.split(" ");
		const service = words.slice(1, 3).join(" ");
		if (words[0] === "-A") world.servers.set(service, { options: words.slice(3).join(" "), real: new Map() });
		if (words[0] === "-a") {
			world.servers.get(service)?.real.set(words.slice(3, 5).join(" "), words.slice(5).join(" "));
		}
	}
	for (const ip of state.dummyIPs ?? []) world.addresses.add(printCIDR(hostCIDR(ip as IP)));
	const print = rulePrinter(state.family, "save");
	for (const table of state.iptables ?? []) {
		const policies = new Map(table.chains.map(({ name, policy }) => [name, policy]));
		for (const [chain, rules] of rulesByChain(table)) {
			const texts = rules.map((rule) => print(rule).slice(`-A ${chain} `.length));
			world.chains.set(`${table.name} ${chain}`, { policy: policies.get(chain) ?? "-", rules: texts });
		}
	}
	return world;
}

/** What the tools would print of it, one family. */
export function textsOfWorld({ sets, servers, addresses, chains }: World, family: "ipv4" | "ipv6"): NodeTexts {
	const tables = [...new Set([...chains.keys()].map((place) => place.split(" ")[0] ?? ""))];
	const rules = tables.map((table) => {
		const own = [...chains].filter(([place]) => place.startsWith(`${table} `));
		const declared = own.map(([place, { policy }]) => `:${place.split(" ")[1]} ${policy} [0:0]\n`);
		const lines = own.flatMap(([place, { rules: texts }]) =>
			texts.map((text) => `-A ${place.split(" ")[1]} ${text}\n`),
		);
		return `*${table}\n${declared.join("")}${lines.join("")}COMMIT\n`;
	});
	return {
		"ipset.txt": [...sets]
			.flatMap(([name, { type, entries }]) => {
				const [kind = "", version] = type.split(" ");
				const options = version === undefined ? "range 0-65535" : `family ${version}`;
				return [`create ${name} ${kind} ${options}\n`, ...[...entries].map((entry) => `add ${name} ${entry}\n`)];
			})
			.join(""),
		"ipvsadm.txt": [...servers]
			.flatMap(([service, { options, real }]) => [
				`-A ${service} ${options}\n`,
				...[...real].map(([server, more]) => `-a ${service} ${server} ${more}\n`),
			])
			.join(""),
		"kube-ipvs0.txt": [...addresses].map((address) => `${address}\n`).join(""),
		[family === "ipv4" ? "save.v4.txt" : "save.v6.txt"]: rules.join(""),
	};
}
