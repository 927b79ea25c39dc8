import { afterAll, describe, expect, it } from "vitest";
import { diff } from "../../src/diff/diff.ts";
import { type RestorePart, restoreParts } from "../../src/diff/restore-parts.ts";
import type { NodeState } from "../../src/lang/node-state.ts";
import { applyParts } from "../support/ipvs-diff-apply.ts";
import { neighbours } from "../support/ipvs-diff-cases.ts";
import { FAMILIES, ipvsStateOf } from "../support/ipvs-diff-states.ts";
import { type World, worldOf } from "../support/ipvs-diff-world.ts";

/** Sets that let packets to bound addresses pass. */
const PASSING = ["CLUSTER-IP", "EXTERNAL-IP", "EXTERNAL-IP-LOCAL", "LOAD-BALANCER"];

let steps = 0;

describe("while a captured node in IPVS mode becomes another one, after every single line", () => {
	it.for(neighbours())("$name: no packet goes astray", ({ first, second }) => {
		for (const family of FAMILIES) {
			const [one, other] = [ipvsStateOf(first, family), ipvsStateOf(second, family)];
			for (const [old, current] of [
				[one, other],
				[other, one],
				[nothing(one), one],
				[one, nothing(one)],
			] as const) {
				expectSteady(old, current);
			}
		}
	});

	afterAll(() => console.log(`${steps} steps between states of nodes in IPVS mode looked at`));
});

function nothing({ family, iptables = [] }: NodeState): NodeState {
	const tables = iptables.map(({ name, chains }) => ({
		name,
		chains: chains.filter(({ policy }) => policy !== undefined),
		rules: [],
	}));
	return { family, iptables: tables, virtualServers: [], sets: [], dummyIPs: [], extent: "node" };
}

function expectSteady(old: NodeState, current: NodeState): void {
	const world = worldOf(old);
	const [before, after] = [worldOf(old), worldOf(current)];
	const [servedBefore, servedAfter] = [served(before), served(after)];
	const always = [...servedBefore].filter((server) => servedAfter.has(server));
	const known = new Set([...problems(before), ...problems(after)]);
	for (const step of restoreParts(old, current, diff(old, current)).flatMap(singleLines)) {
		applyParts(world, [step]);
		steps++;
		expect({ step, problems: problems(world).filter((problem) => !known.has(problem)) }).toEqual({
			step,
			problems: [],
		});
		const now = served(world);
		expect({ step, lost: always.filter((server) => !now.has(server)) }).toEqual({ step, lost: [] });
	}
}

/** Rules of a table change all at once, the rest line by line. */
function singleLines({ loader, text }: RestorePart): readonly RestorePart[] {
	if (loader.includes("tables-restore")) return [{ loader, text }];
	return text
		.trimEnd()
		.split("\n")
		.map((line) => ({ loader, text: `${line}\n` }));
}

/** Packets that would get to a process of the node's, or past the rules. */
function problems(world: World): readonly string[] {
	const bound = new Set([...world.addresses].map((address) => address.replace(/\/\d+$/, "")));
	const listed = entriesOf(world, "IPVS-IPS");
	const passed = PASSING.flatMap((set) => [...entriesOf(world, set)]).filter((entry) => bound.has(ipOf(entry)));
	const servers = new Set([...world.servers.keys()].map(entryOfService));
	const hasRules = world.chains.has("filter KUBE-IPVS-FILTER");
	return [
		...[...bound].filter((ip) => !listed.has(ip)).map((ip) => `${ip} is bound, and unserved ports are not rejected`),
		...passed.filter((entry) => !servers.has(entry)).map((entry) => `${entry} passes without a virtual server`),
		...(bound.size > 0 && !hasRules ? ["addresses are bound before there are rules"] : []),
	];
}

/** Virtual servers that packets reach, with a real server behind. */
function served(world: World): ReadonlySet<string> {
	const passed = new Set(PASSING.flatMap((set) => [...entriesOf(world, set)]));
	const bound = new Set([...world.addresses].map((address) => address.replace(/\/\d+$/, "")));
	const reached = [...world.servers].filter(([service, { real }]) => {
		const entry = entryOfService(service);
		return real.size > 0 && (passed.has(entry) || !bound.has(ipOf(entry)));
	});
	return new Set(reached.map(([service]) => service));
}

function entriesOf({ sets }: World, name: string): ReadonlySet<string> {
	return sets.get(`KUBE-${name}`)?.entries ?? sets.get(`KUBE-6-${name}`)?.entries ?? new Set();
}

function ipOf(entry: string): string {
	return entry.slice(0, entry.indexOf(","));
}

/** `-t 10.96.0.1:443` as `10.96.0.1,tcp:443`. */
function entryOfService(service: string): string {
	const [option = "", place = ""] = service.split(" ");
	const protocol = { "-t": "tcp", "-u": "udp" }[option] ?? "sctp";
	const [, ip = "", port = ""] = /^\[?(.*?)\]?:(\d+)$/.exec(place) ?? [];
	return `${ip},${protocol}:${port}`;
}
