import type { NodeState } from "../../lang/node-state.ts";
import { parseCIDR } from "../../net/cidr.ts";
import { type Family, familyOf, type IP, isLoopback, parseIP } from "../../net/ip.ts";
import { isOfIptables } from "../../trace/nft/index-tables.ts";
import type { Outcome } from "../../trace/outcome.ts";
import type { InterfaceNetwork, NodeAddresses, Packet } from "../../trace/packet.ts";
import { type Names, NO_NAMES } from "../../trace/print/names.ts";
import { newTracer } from "../../trace/trace.ts";
import { Trouble } from "../../trouble.ts";
import { readInterfaceIPs, readNodeIPs } from "../arguments/node-arguments.ts";
import { type PacketArguments, readPacket, type Surroundings } from "../arguments/packet-arguments.ts";
import { type Cluster, type CompileArguments, type Compiled, compileAgain, readCluster } from "../compile/compile.ts";
import { liveOption } from "../live/live.ts";
import type { Voice } from "../output/terminal.ts";
import { compiledState } from "./compiled-state.ts";
import { namesFrom } from "./known-names.ts";
import { readStates } from "./states.ts";
import { readToolTexts } from "./texts.ts";

/** Options that say through what a packet is followed. */
export interface TraceableArguments extends CompileArguments {
	readonly rules?: readonly string[] | undefined;
	readonly affinity?: string | undefined;
}

type Argv = TraceableArguments & Readonly<Record<string, unknown>>;

/** One node through which packets can be followed. */
export interface Traceable {
	/** The families there are rules of. */
	readonly families: readonly Family[];
	/** The rules of a family; compiled when they are asked for. */
	readonly stateOf: (family: Family) => NodeState | undefined;
	readonly around: Surroundings;
	/** Of the node, as far as it is known. */
	readonly name: string | undefined;
	readonly names: Names;
	/** Why an answer may be wrong, in words: what is not known, or was not understood. */
	readonly caveats: readonly string[];
}

/** A packet, and what becomes of it. */
export interface Traced {
	readonly packet: Packet;
	readonly outcomes: readonly Outcome[];
}

/** Follows the packet that the arguments describe. */
export function followPacket(
	{ families, stateOf, around }: Traceable,
	given: PacketArguments,
	affinity: string | undefined,
): Traced {
	if (affinity !== undefined && !/^(?:\[[0-9a-fA-F:.]+\]|[\d.]+):\d{1,5}$/.test(affinity)) {
		throw new Trouble(`--affinity: expected IP:PORT or [IP]:PORT, got ${JSON.stringify(affinity)}`);
	}
	const states = new Map<Family, NodeState | undefined>();
	const known = (family: Family): NodeState | undefined => {
		if (!states.has(family)) states.set(family, stateOf(family));
		return states.get(family);
	};
	const isDummy = (ip: IP): boolean => known(familyOf(ip))?.dummyIPs?.includes(ip) === true;
	const packet = readPacket(given, { ...around, isDummy, families });
	const state = known(familyOf(packet.to));
	if (state === undefined) throw new Trouble(`--to ${packet.to}: expected rules of ${familyOf(packet.to)}, found none`);
	return { packet, outcomes: newTracer(state, around.node).trace(packet, { affinity }) };
}

/** The rules that a node should have, by the objects that were read. */
export function traceableOf({ backend, models, snapshot }: Compiled, argv: Argv): Traceable {
	const stateOf = (family: Family): NodeState | undefined => {
		const model = models.find((one) => one.family === family);
		return model && compiledState(backend, model);
	};
	const families = models.map(({ family }) => family);
	const { ips = [], interfaceIPs = [] } = models[0]?.node ?? {};
	const interfaces = interfacesOf(argv);
	const further = interfaceIPs.filter((ip) => !isLoopback(ip) && interfaces.every((one) => one.ip !== ip));
	const node = { ips: [...new Set([...ips, ...further])], interfaces };
	return {
		families,
		stateOf,
		around: { models, node },
		name: models[0]?.node.name,
		names: namesFrom(snapshot, models),
		caveats: [],
	};
}

/** Compiles for every family, unless one was asked for. */
export function compileTraceable(cluster: Cluster, argv: Argv, voice: Voice): Traceable {
	return traceableOf(compileAgain(cluster, { ...argv, ipFamily: argv.ipFamily ?? "dual" }, voice), argv);
}

const NO_ADDRESS =
	"no address of the node is known, so nobody can tell which packets are for the node itself; give --node-ip";

const TWO_NATS =
	"both programs called iptables have rules in table nat, and no dump shows which of them the kernel asks first";

const TWO_LANGUAGES =
	"iptables and nftables both have rules that translate addresses, and no listing shows which of them the kernel asks first";

function natCaveats({ iptables = [], otherIptables = [], nft = [] }: NodeState): readonly string[] {
	const [own, others] = [iptables, otherIptables].map((tables) =>
		tables.some(({ name, rules }) => name === "nat" && rules.length > 0),
	);
	const hasNft = nft.some(
		(table) => !isOfIptables(table) && table.chains.some(({ hook, rules }) => hook?.type === "nat" && rules.length > 0),
	);
	return [...(own && others ? [TWO_NATS] : []), ...((own || others) && hasNft ? [TWO_LANGUAGES] : [])];
}

/** The rules of `--rules`; a snapshot that is given too only lends its names. */
export async function readTraceable(argv: Argv, voice: Voice): Promise<Traceable> {
	const texts = (await Promise.all((argv.rules ?? []).map(readToolTexts))).flat();
	if (texts.length === 0)
		throw new Trouble(`--rules: expected what iptables-save or nft list ruleset prints, found nothing like it`);
	const { states, unread } = readStates(texts, argv.ipFamily, voice);
	const known =
		(argv.filename ?? []).length === 0 && liveOption(argv) === undefined
			? undefined
			: compileTraceable(await readCluster(argv, voice), argv, voice);
	const ips = readNodeIPs(argv.nodeIp ?? []);
	const node: NodeAddresses = {
		ips: ips.length === 0 ? (known?.around.node.ips ?? []) : ips,
		interfaces: interfacesOf(argv),
	};
	const models = known?.around.models ?? [];
	return {
		families: [...states.keys()],
		stateOf: (family) => states.get(family),
		around: { models, node },
		name: known?.name ?? argv.node,
		names: known?.names ?? NO_NAMES,
		caveats: [
			...unread,
			...(node.ips.length === 0 ? [NO_ADDRESS] : []),
			...new Set([...states.values()].flatMap(natCaveats)),
		],
	};
}

/** `--interface NAME=CIDR[,CIDR]`; an address without a length is a network of its own. */
function interfacesOf({ interface: given = [] }: Argv): readonly InterfaceNetwork[] {
	readInterfaceIPs(given);
	return given.flatMap((text) => {
		const [name = "", addresses = ""] = text.split("=");
		return addresses.split(",").flatMap((address) => {
			const ip = parseIP(address.split("/")[0] ?? "");
			const network = parseCIDR(address.includes("/") ? address : `${address}/${address.includes(":") ? 128 : 32}`);
			return ip === undefined || network === undefined ? [] : [{ name, ip, network }];
		});
	});
}
