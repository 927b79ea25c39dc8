import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { IP } from "../../src/net/ip.ts";
import { LOAD_NODE, LOAD_NODE_OBJECT, loadJob, objects } from "./apply-load.ts";
import { quietApply, runConnect, type TrafficPlace } from "./apply-traffic.ts";
import { WIRED } from "./ipvs-trace-wired.ts";
import { temporaryDirectory } from "./temporary-directory.ts";
import type { LabDial, LabDialed } from "./wired-dial.ts";

/**
 * What is applied before a round. Endpoints of `all` are two pods of the node and one of another node, of `few` only the
 * former; `none` is the Service without endpoints, `bare` the cluster without the Service. Undefined: nothing is applied.
 */
export type Change = "all" | "few" | "none" | "bare" | undefined;

/** Clients of each frontend. */
const CLIENTS = 20;

/**
 * UDP clients that ask the same Service from the same port in each round.
 *
 * @returns by round and client who answered (its address), or the error
 */
export async function askInRounds(
	place: TrafficPlace,
	rounds: readonly Change[],
): Promise<readonly (readonly string[])[]> {
	const { family } = place;
	const { pods, remotePod } = WIRED[family];
	const directory = temporaryDirectory();
	const lists = {
		all: objects(family, [...pods, remotePod], "UDP"),
		few: objects(family, pods, "UDP"),
		none: objects(family, [], "UDP"),
		bare: JSON.stringify(LOAD_NODE_OBJECT),
	};
	const apply = (change: keyof typeof lists): readonly string[] => {
		const file = join(directory, `${change}.json`);
		writeFileSync(file, lists[change]);
		return quietApply(place, { node: LOAD_NODE, file, state: join(directory, "state") });
	};
	const clients = clientsOf(place);
	const dials = rounds.flatMap((change) =>
		clients.map((client, index): LabDial => {
			return index === 0 && change !== undefined ? { ...client, first: apply(change) } : client;
		}),
	);
	const results = await runConnect(place, dials);
	return rounds.map((_, round) => results.slice(round * clients.length, (round + 1) * clients.length).map(inShort));
}

function clientsOf({ family }: TrafficPlace): readonly LabDial[] {
	return loadJob(family).targets.flatMap(({ space, from, ip, port }) =>
		Array.from({ length: CLIENTS }, (_, index): LabDial => {
			const rest = { protocol: "udp", times: 1, keeps: false, timeout: 0.05, hears: true } as const;
			return { space, from, fromPort: 20_000 + index, to: ip as IP, port, ...rest };
		}),
	);
}

function inShort({ served, errors }: LabDialed): string {
	const [answer] = Object.keys(served);
	return answer?.split(" ")[0] ?? Object.keys(errors).join(" ");
}
