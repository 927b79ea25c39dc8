import type { NodeState } from "../../lang/node-state.ts";
import { parseCIDR } from "../../net/cidr.ts";
import { familyOf, parseIP } from "../../net/ip.ts";
import { describeTrace } from "../../trace/describe.ts";
import type { InterfaceNetwork, NodeAddresses } from "../../trace/packet.ts";
import { printTrace } from "../../trace/print-text.ts";
import { newTracer } from "../../trace/trace.ts";
import { type CompileArguments, compile } from "../compile.ts";
import { readInterfaceIPs, readNodeIPs } from "../node-arguments.ts";
import { readPacket, type Surroundings } from "../packet-arguments.ts";
import { readStates } from "../states.ts";
import { printableLines, type Voice, writeResult } from "../terminal.ts";
import { readToolTexts } from "../texts.ts";
import { Trouble } from "../trouble.ts";

/** Options of `trace` beside those of every command that compiles. */
export interface TraceArguments extends CompileArguments {
	readonly rules?: readonly string[] | undefined;
	readonly from?: string | undefined;
	readonly to?: string | undefined;
	readonly inInterface?: string | undefined;
	readonly affinity?: string | undefined;
	readonly output?: string | undefined;
}

type Argv = TraceArguments & Readonly<Record<string, unknown>>;

/** Follows a packet through the rules and prints what becomes of it. */
export async function traceCommand(argv: Argv, voice: Voice): Promise<void> {
	const { from, to, inInterface, affinity } = argv;
	if (from === undefined || to === undefined) throw new Trouble("give --from and --to");
	const { states, around, name } =
		argv.rules === undefined ? await compiledStates(argv, voice) : await readRules(argv, voice);
	const packet = readPacket({ from, to, inInterface }, around);
	const state = states.find(({ family }) => family === familyOf(packet.to));
	if (state === undefined) throw new Trouble(`--to ${packet.to}: expected rules of ${familyOf(packet.to)}, found none`);
	const outcomes = newTracer(state, around.node).trace(packet, { affinity });
	if (argv.output === "json") await writeResult(`${JSON.stringify(describeTrace(packet, outcomes, name), null, 2)}\n`);
	else await writeResult(printableLines(printTrace(packet, outcomes, voice.isVerbose)));
}

interface Traceable {
	readonly states: readonly NodeState[];
	readonly around: Surroundings;
	readonly name: string | undefined;
}

async function compiledStates(argv: Argv, voice: Voice): Promise<Traceable> {
	const { backend, models, config } = await compile({ ...argv, ipFamily: argv.ipFamily ?? "dual" }, voice);
	if (config.mode !== "iptables")
		throw new Trouble(`trace follows rules of the iptables mode; ${config.mode} is not there yet`);
	const states = backend((one) => models.map((model) => one.state(one.build(model))));
	const ips = models[0]?.node.ips ?? [];
	return { states, around: { models, node: { ips, interfaces: interfacesOf(argv) } }, name: models[0]?.node.name };
}

async function readRules(argv: Argv, voice: Voice): Promise<Traceable> {
	if ((argv.filename ?? []).length > 0) throw new Trouble("give -f or --rules, not both");
	const texts = (await Promise.all((argv.rules ?? []).map(readToolTexts))).flat();
	if (texts.length === 0) throw new Trouble(`--rules: expected what iptables-save prints, found nothing like it`);
	const { states } = readStates(texts, argv.ipFamily, voice);
	const node: NodeAddresses = { ips: readNodeIPs(argv.nodeIp ?? []), interfaces: interfacesOf(argv) };
	return { states: [...states.values()], around: { models: [], node }, name: argv.node };
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
