import { nameInText } from "../../kube/comment.ts";
import { type NftName, readNftName } from "../../kube/nft-names.ts";
import type { Expression, Statement } from "../../lang/nft/statement.ts";
import type { NftStep, Step } from "../outcome.ts";
import { percent } from "../percent.ts";

/** What a rule of nftables does and why, in words of everyday, without a full stop. It is said from the rule as it stands. */
export function nftWords({ act, chain, action }: Step, nft: NftStep): string {
	switch (act.kind) {
		case "jump":
		case "goto":
			return jumpWords(chain, act.chain, nft);
		case "dnat":
			return `the destination becomes ${act.to}${partOf(nft)}`;
		case "masquerade":
			return `the source becomes the node's own address${isForSelf(nft) ? ": an endpoint is its own client" : ""}`;
		case "snat":
			return `the source becomes ${act.to}`;
		case "mark":
			return markWords(chain, nft);
		case "return":
			return chain === "masquerading" ? "it has no masquerade mark: the source stays as it is" : "leave this chain";
		case "reject":
			return `refuse it${nftBecause(chain, nft)}`;
		case "drop":
			return `drop it${nftBecause(chain, nft)}`;
		case "accept":
			return `let it pass${nftBecause(chain, nft)}`;
		case "continue":
			return hasKind(nft, "update") ? "the client is remembered" : `counted${nftBecause(chain, nft)}`;
		default:
			return `${action}: not followed here`;
	}
}

/** The service port that a rule belongs to, or leads to: by its origin, by a comment in a map, or by the names of chains. */
export function nftSubject(chain: string, { rule, element }: NftStep): string | undefined {
	const said = element?.origin?.subject ?? nameInText(element?.comment ?? "") ?? rule.origin?.subject;
	return said ?? readNftName(chain)?.servicePort ?? readNftName(targetOf(element?.value) ?? "")?.servicePort;
}

/** Why a rule decides as it does, after a colon; empty when it does not say. */
export function nftBecause(chain: string, nft: NftStep): string {
	const name = nftSubject(chain, nft) ?? "the Service";
	const { rule, element } = nft;
	if (mapOf(nft)?.startsWith("no-endpoint-") === true) {
		return `: ${name} has no ${element?.value?.kind === "drop" ? "local endpoints" : "endpoints"}`;
	}
	if (readNftName(chain)?.kind === "firewall") return `: the source ranges of ${name} do not have this client`;
	if (chain === "cluster-ips-check") {
		return hasKind(nft, "reject")
			? ": the address belongs to Services, but none has this port"
			: ": no Service has this cluster IP";
	}
	return rule.comment === undefined ? "" : `: ${rule.comment}`;
}

/** Where a packet is sent by what was found in a map. */
function targetOf(value: NonNullable<NftStep["element"]>["value"]): string | undefined {
	return value !== undefined && "chain" in value ? value.chain : undefined;
}

/** What kube-proxy's chains are for. */
const CHAINS: Readonly<Record<string, string>> = {
	services: "look it up in the maps of all Services",
	"firewall-check": "ask whether a Service refuses this client",
	"service-endpoints-check": "look it up in the Services that have no endpoint",
	"nodeport-endpoints-check": "look it up in the node ports that have no endpoint",
	"cluster-ips-check": "ask whether it is still for a cluster IP",
	masquerading: "ask whether the source must be hidden (masquerade)",
};

function jumpWords(from: string, to: string, nft: NftStep): string {
	const shared = CHAINS[to];
	if (shared !== undefined) return shared;
	if (to === "mark-for-masquerade") return `mark it for masquerading${maskReason(from, nft)}`;
	if (to === "reject-chain") return `nobody serves it${nftBecause(from, nft)}`;
	const name = readNftName(to);
	return name === undefined ? `go to chain ${to}` : ownWords(from, name, nft);
}

function ownWords(from: string, { kind, servicePort }: NftName, nft: NftStep): string {
	switch (kind) {
		case "endpoint":
			if (isAskedForClient(nft)) return "the client was here before: the same endpoint again";
			return `this endpoint${partOf(nft, ", for all connections that get here")}`;
		case "firewall":
			return `${frontend(nft)}${servicePort}; only some clients may, see the source ranges`;
		case "local":
			return readNftName(from)?.kind === "external"
				? "choose among the endpoints on this node (externalTrafficPolicy Local)"
				: `${frontend(nft)}${servicePort}; only endpoints on this node serve it`;
		default:
			return readNftName(from)?.kind === "external"
				? `choose among all endpoints${insider(nft)}`
				: `${frontend(nft)}${servicePort}`;
	}
}

/** Addresses from outside lead to `external-…` or to a firewall, cluster IPs to none of them. */
function frontend(nft: NftStep): string {
	const { element } = nft;
	const reason = element?.origin?.reason ?? "";
	const kind = readNftName(targetOf(element?.value) ?? "")?.kind;
	if (mapOf(nft) === "service-nodeports") return "to the node port of ";
	if (reason === "external-ip") return "to an external IP of ";
	if (reason === "load-balancer-ip" || kind === "firewall") return "to the load-balancer IP of ";
	return kind === "external" ? "to an external address of " : "to the cluster IP of ";
}

function markWords(chain: string, nft: NftStep): string {
	if (chain === "mark-for-masquerade") return "set the masquerade mark";
	if (chain === "masquerading") return "take the mark off again";
	const isOwn = chain === "services" || readNftName(chain) !== undefined;
	return isOwn ? `mark it for masquerading${maskReason(chain, nft)}` : "change the mark";
}

function maskReason(chain: string, nft: NftStep): string {
	switch (readNftName(chain)?.kind) {
		case "endpoint":
			return ": the endpoint is its own client (hairpin)";
		case "external":
			return insider(nft) === ""
				? ": it comes from outside, and its answer must come back through this node"
				: insider(nft);
		default:
			return matchesOf(nft).some(({ isNegated }) => isNegated)
				? ": it does not come from a pod"
				: ": all traffic to cluster IPs is (masqueradeAll)";
	}
}

/** Pods and the node itself are no outsiders to an external traffic policy. */
function insider(nft: NftStep): string {
	const asked = matchesOf(nft).map(({ left }) => left);
	if (asked.some((left) => left.kind === "address-type" && left.of === "saddr")) return ": this node sends it";
	return asked.length > 0 ? ": a pod sends it" : "";
}

/** The part of connections that a draw gives to one of several. */
function partOf(nft: NftStep, ifAll = ""): string {
	const modulus = keysOf(nft).map((key) => (key.kind === "random" ? key.modulus : 1));
	const most = Math.max(1, ...modulus);
	return most === 1 ? ifAll : `, for ${percent(1 / most)} of the connections that get here`;
}

function isAskedForClient(nft: NftStep): boolean {
	return matchesOf(nft).some(({ right }) => right.kind === "named-set" && readNftName(right.set)?.kind === "affinity");
}

function isForSelf(nft: NftStep): boolean {
	return matchesOf(nft).some(({ right }) => right.kind === "named-set" && right.set === "hairpin-connections");
}

function mapOf({ rule }: NftStep): string | undefined {
	for (const statement of rule.statements) {
		if (statement.kind === "vmap" && typeof statement.map === "string") return statement.map;
	}
	return undefined;
}

function keysOf({ rule }: NftStep): readonly Expression[] {
	return rule.statements.flatMap((statement) => ("key" in statement ? statement.key : []));
}

function matchesOf({ rule }: NftStep): readonly (Statement & { readonly kind: "match" })[] {
	return rule.statements.flatMap((statement) => (statement.kind === "match" ? statement : []));
}

function hasKind({ rule }: NftStep, kind: Statement["kind"]): boolean {
	return rule.statements.some((statement) => statement.kind === kind);
}
