import {
	backends,
	buildModel,
	type Family,
	type IP,
	type KubeVersion,
	type ProxyConfig,
	type Snapshot,
} from "../../src/index.ts";

/** What is compiled. */
export interface ShapeInput {
	readonly snapshot: Snapshot;
	readonly config: ProxyConfig;
	readonly node: string;
	readonly nodeIPs?: readonly IP[];
	readonly interfaceIPs?: readonly IP[];
	readonly mode: "iptables" | "ipvs";
	readonly family: Family;
	readonly kubeVersion: KubeVersion;
}

/**
 * The rules without names and addresses: two of them are equal when the rules are the same but for what things are called.
 *
 * A chain counts by what is in it, and in the chains that it jumps to; nothing depends on the order of endpoints, which is
 * that of their addresses.
 */
export function shapeOf({ snapshot, mode, ...options }: ShapeInput): readonly string[] {
	const { model } = buildModel(snapshot, options);
	const parts = backends[mode]((backend) => backend.parts([backend.build(model)]));
	return parts.map((part) => `${part.name}\n${partShape(part.print())}`);
}

/** The last endpoint of a chain has none. */
const SHARE = / -m statistic --mode random --probability [\d.]+/;
const CHAIN = /KUBE-(?:SVC|SVL|EXT|FW|SEP)-[A-Z2-7]{16}/g;

function partShape(text: string): string {
	const lines = text.split("\n").map(anonymous);
	const bodies = new Map<string, string[]>();
	for (const line of lines) {
		const [, chain, body = ""] = /^-A (KUBE-(?:SVC|SVL|EXT|FW|SEP)-[A-Z2-7]{16}) (.*)$/.exec(line) ?? [];
		if (chain !== undefined) bodies.set(chain, [...(bodies.get(chain) ?? []), body]);
	}
	// Deep enough for EXT, FW, SVL or SVC, SEP.
	const labels = [1, 2, 3, 4, 5].reduce<ReadonlyMap<string, string>>(
		(known) => new Map([...bodies].map(([chain, body]) => [chain, chainLabel(chain, body, known)])),
		new Map(),
	);
	const labelled = lines.map((line) =>
		line.replace(SHARE, "").replace(CHAIN, (chain) => `<${chain.slice(0, 8)} ${hashed(labels.get(chain) ?? "")}>`),
	);
	return labelled.sort().join("\n");
}

function chainLabel(chain: string, body: readonly string[], known: ReadonlyMap<string, string>): string {
	const shares = body.flatMap((rule) => /--probability ([\d.]+)/.exec(rule)?.[1] ?? []).sort();
	const rules = body.map((rule) =>
		rule.replace(SHARE, "").replace(CHAIN, (to) => `<${to.slice(0, 8)} ${hashed(known.get(to) ?? "")}>`),
	);
	return `${chain.slice(0, 8)} ${rules.sort().join("; ")} ${shares.join(" ")}`;
}

function hashed(text: string): string {
	let hash = 0;
	for (let at = 0; at < text.length; at++) hash = (Math.imul(hash, 31) + text.charCodeAt(at)) >>> 0;
	return hash.toString(36);
}

const IPV4 = /(?<![\d.])(?!0\.0\.0\.0|127\.)\d{1,3}(?:\.\d{1,3}){3}(?![\d.]*\.)/g;
const IPV6 =
	/(?<![0-9a-fA-F:])(?!::(?:1)?(?![0-9a-f:]))(?=[0-9a-fA-F:]*:[0-9a-fA-F]*:)[0-9a-fA-F:]+(?:\d+\.\d+\.\d+\.\d+)?/g;
const SERVICE_PORT = /[a-z0-9-]+\/[a-z0-9-]+(?::[a-z0-9-]+(?= |"|$))?(?= |"|$)/g;

/** A line with stand-ins for service ports, interfaces and addresses; loopback and the address for all stay. */
function anonymous(line: string): string {
	const isRule = line.startsWith("-A KUBE") || line.startsWith("-I KUBE");
	const named = isRule
		? line.replace(/--comment ("[^"]*"|\S+)/, (comment) => comment.replace(SERVICE_PORT, "S"))
		: line;
	return named
		.replace(/ -i [^\s+]+/, " -i IF")
		.replace(IPV6, "A6")
		.replace(IPV4, "A4");
}
