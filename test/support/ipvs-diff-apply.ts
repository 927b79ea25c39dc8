import type { RestorePart } from "../../src/diff/restore-parts.ts";
import type { World } from "./ipvs-diff-world.ts";

/** Loads parts as the tools would, in order. Throws where a tool would refuse a line. */
export function applyParts(world: World, parts: readonly RestorePart[]): void {
	for (const { loader, text } of parts) {
		const read = READERS[loader.split(" ")[0] ?? ""];
		if (read === undefined) throw new Error(`nobody knows ${loader}`);
		let table = "";
		for (const line of text.split("\n").filter((one) => one !== "")) {
			if (line.startsWith("*")) table = line.slice(1);
			else if (line !== "COMMIT" && !read(world, line, table)) throw new Error(`${loader} refuses ${line}`);
		}
	}
}

type ReadLine = (world: World, line: string, table: string) => boolean;

const READERS: Readonly<Record<string, ReadLine>> = {
	ipset: readSetLine,
	ip: readAddressLine,
	ipvsadm: readServerLine,
	"iptables-restore": readRuleLine,
	"ip6tables-restore": readRuleLine,
};

/** As with `-exist`: what is there already is no error. A set that a rule refers to stays. */
function readSetLine({ sets, chains }: World, line: string): boolean {
	const [verb, name = "", what = "", option, value = ""] = line.split(" ");
	const set = sets.get(name);
	if (verb === "create") {
		const isPorts = what === "bitmap:port";
		if (option !== (isPorts ? "range" : "family")) return false;
		const type = isPorts ? what : `${what} ${value}`;
		if (set === undefined) sets.set(name, { type, entries: new Set() });
		return set === undefined || set.type === type;
	}
	if (set === undefined) return false;
	if (verb === "add") set.entries.add(what);
	else if (verb === "del") set.entries.delete(what);
	else if (verb !== "destroy") return false;
	else if ([...chains.values()].some(({ rules }) => rules.some((rule) => rule.includes(`--match-set ${name} `)))) {
		return false;
	} else sets.delete(name);
	return true;
}

function readAddressLine({ addresses }: World, line: string): boolean {
	const [, verb, address = ""] = /^address (add|del) (\S+) dev kube-ipvs0$/.exec(line) ?? [];
	if (verb === "del") return addresses.delete(address);
	const isNew = verb === "add" && !addresses.has(address);
	if (isNew) addresses.add(address);
	return isNew;
}

function readServerLine({ servers }: World, line: string): boolean {
	const words = line.split(" ");
	const [verb, service, real] = [words[0] ?? "", words.slice(1, 3).join(" "), words.slice(3, 5).join(" ")];
	const server = servers.get(service);
	if ("-A-E-D".includes(verb)) {
		if ((server === undefined) !== (verb === "-A")) return false;
		const options = words.slice(3).join(" ");
		if (verb === "-D") servers.delete(service);
		else servers.set(service, { options, real: server?.real ?? new Map() });
		return true;
	}
	if (server === undefined || server.real.has(real) !== (verb !== "-a")) return false;
	if (verb === "-d") server.real.delete(real);
	else server.real.set(real, words.slice(5).join(" "));
	return ["-a", "-e", "-d"].includes(verb);
}

/** With `--noflush`: only what is declared is emptied. */
function readRuleLine({ chains }: World, line: string, table: string): boolean {
	const [, name, policy = ""] = /^:(\S+) (\S+) \[0:0\]$/.exec(line) ?? [];
	if (name !== undefined) {
		const isBuiltIn = policy !== "-";
		const rules = isBuiltIn ? (chains.get(`${table} ${name}`)?.rules ?? []) : [];
		chains.set(`${table} ${name}`, { policy, rules });
		return true;
	}
	const [, verb, chain = "", at, rest = ""] = /^-([ADIX]) (\S+)(?: (\d+))?(?: (.*))?$/.exec(line) ?? [];
	const place = `${table} ${chain}`;
	const rules = chains.get(place)?.rules;
	if (rules === undefined) return false;
	if (verb === "X") return rules.length === 0 && chains.delete(place);
	if (verb === "A") rules.push(rest);
	else if (verb === "I") rules.splice(Number(at ?? "1") - 1, 0, rest);
	else {
		const index = at === undefined ? rules.indexOf(rest) : Number(at) - 1;
		if (index < 0 || index >= rules.length) return false;
		rules.splice(index, 1);
	}
	return true;
}
