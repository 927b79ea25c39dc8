import type { FrontendKind } from "../../diff/frontend.ts";
import { list } from "../../diff/words.ts";
import type { ServicePort } from "../../model/service-port.ts";
import type { IP } from "../../net/ip.ts";
import type { Protocol } from "../../net/protocol.ts";
import type { Owners } from "./owners.ts";

/** A service port that wants packets to an address. */
export interface Claim {
	readonly kind: FrontendKind;
	readonly port: ServicePort;
}

/** An address with everybody who wants its packets. */
export interface Contested {
	/** In words: `203.0.113.10:80/tcp`, `node port 30080/tcp`. */
	readonly what: string;
	/** Where to send a packet that tells who gets it; undefined: nowhere. */
	readonly ip: IP | undefined;
	readonly number: number;
	readonly protocol: Protocol;
	/** In the order of the model, node ports last. */
	readonly claims: readonly Claim[];
}

/** An address that several service ports want, and who gets it. */
export interface Dispute {
	/** Who decides about a client outside the cluster, by the rules; empty: nobody. */
	readonly owners: readonly string[];
	/** Service ports with a rule that serves, by whether it is for a node port: those rules come last. */
	readonly serving: Readonly<Record<Rank, ReadonlySet<string>>>;
	/** What was expected, what was found, and who gets it. */
	readonly message: string;
}

/** Which rules come first. */
export type Rank = "address" | "node-port";

/** The rank of a claim's rule. */
export function rankOf({ kind }: Claim): Rank {
	return kind === "node port" ? "node-port" : "address";
}

/** Settles disputes by the rules, each once however many ask; undefined: there is one service port only. */
export function settler(ownersOf: Owners): (contested: Contested) => Dispute | undefined {
	const settled = new Map<string, Dispute | undefined>();
	return (contested) => {
		if (contested.claims.length < 2) return undefined;
		const { what } = contested;
		if (!settled.has(what)) settled.set(what, settle(contested, ownersOf));
		return settled.get(what);
	};
}

function settle({ what, ip, number, protocol, claims }: Contested, ownersOf: Owners): Dispute | undefined {
	const claimants = [...new Set(claims.map(({ port }) => port.name))].sort();
	if (claimants.length < 2) return undefined;
	const owners = ip === undefined ? [] : ownersOf(ip, number, protocol);
	const losers = claimants.filter((name) => !owners.includes(name));
	const found = list(claims.map(({ kind, port }) => `${port.name} (${kind})`).sort());
	const result =
		owners.length === 0
			? "none of them gets a client from outside"
			: `${list(owners)} gets the connections, ${list(losers)} none`;
	const message = `Expected one service port at ${what}, found ${claimants.length}: ${found}. By these rules ${result}.`;
	return {
		owners,
		serving: { address: servingAt(claims, "address"), "node-port": servingAt(claims, "node-port") },
		message,
	};
}

function servingAt(claims: readonly Claim[], rank: Rank): ReadonlySet<string> {
	return new Set(claims.filter((claim) => rankOf(claim) === rank && isServing(claim)).map(({ port }) => port.name));
}

function isServing({ kind, port }: Claim): boolean {
	return kind === "cluster IP" ? port.internal.endpoints.length > 0 : port.selection.hasEndpoints;
}
