import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { connect } from "node:net";
import { indexNft } from "../diff/nft/index.ts";
import type { NodeState } from "../lang/node-state.ts";

/** Programs that write the same rules, or rules instead of them, and what they are. */
const PROGRAMS: Readonly<Record<string, string>> = {
	"kube-proxy": "a kube-proxy",
	"kube-router": "kube-router",
	"cilium-agent": "Cilium",
};

/** Where kube-proxy tells whether it is well. */
const HEALTH_PORT = 10256;

/**
 * Who else programs Services on this machine, in words; empty: nobody that can be seen. Looked at: processes in the same
 * network namespace, kube-proxy's health port, and chains that Cilium makes where it stands in for kube-proxy.
 */
export async function findOthers(states: readonly NodeState[]): Promise<readonly string[]> {
	const programs = programsHere();
	if (programs.length > 0) return programs.map(({ words }) => words);
	return [...(await healthPort()), ...chainsOfOthers(states)];
}

/** Signs of a kube-proxy on this machine, in words; empty: there is none that can be seen. */
export async function findKubeProxy(): Promise<readonly string[]> {
	const programs = programsHere();
	// Others answer at its health port, too.
	if (programs.length === 0) return healthPort();
	return programs.filter(({ name }) => name === "kube-proxy").map(({ words }) => words);
}

async function healthPort(): Promise<readonly string[]> {
	if (!(await answers(HEALTH_PORT))) return [];
	return [`something answers at 127.0.0.1:${HEALTH_PORT}, where kube-proxy tells whether it is well`];
}

interface Program {
	readonly name: string;
	readonly words: string;
}

function programsHere(): readonly Program[] {
	const here = networkOf("self");
	return readdirSync("/proc")
		.filter((name) => /^\d+$/.test(name))
		.flatMap((id) => {
			const name = nameOf(id);
			const what = PROGRAMS[name];
			if (what === undefined || networkOf(id) !== here) return [];
			return [{ name, words: `${what} is running (process ${id})` }];
		});
}

/** The kernel keeps 15 characters of a name. */
function nameOf(id: string): string {
	try {
		return readFileSync(`/proc/${id}/comm`, "utf8").trim();
	} catch {
		return "";
	}
}

function networkOf(id: string): string | undefined {
	try {
		return readlinkSync(`/proc/${id}/ns/net`);
	} catch {
		return undefined;
	}
}

function chainsOfOthers(states: readonly NodeState[]): readonly string[] {
	const names = states.flatMap(({ iptables = [] }) => iptables.flatMap(({ chains }) => chains.map(({ name }) => name)));
	const isServed = names.includes("KUBE-SERVICES") || states.some((state) => indexNft(state).table !== undefined);
	const isCilium = names.some((name) => name.startsWith("CILIUM_")) && !isServed;
	return isCilium ? ["Cilium's chains are there and kube-proxy's are not: Cilium stands in for kube-proxy"] : [];
}

async function answers(port: number): Promise<boolean> {
	return new Promise((resolve) => {
		const socket = connect({ host: "127.0.0.1", port });
		const end = (isAnswered: boolean): void => {
			socket.destroy();
			resolve(isAnswered);
		};
		socket.setTimeout(1000, () => end(false));
		socket.once("connect", () => end(true));
		socket.once("error", () => end(false));
	});
}
