import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Family, IP } from "../../src/net/ip.ts";
import type { Protocol } from "../../src/net/protocol.ts";
import type { Recorded } from "./trace-compare.ts";

const ROOT = fileURLToPath(new URL("../../fixtures/oracle/packets/", import.meta.url));

/** One packet as a real kernel treated it, with the captured rules of kube-proxy 1.36 loaded. */
export interface RecordedPacket extends Recorded {
	readonly family: Family;
	/** `cluster IP from pod`, … */
	readonly kind: string;
	readonly from: IP;
	/** The interface it came in by; absent: the node sent it. */
	readonly in?: string;
	readonly to: IP;
	readonly port: number;
	readonly protocol: Protocol;
	/** Which packet of the same client came right before, by its place in the file. */
	readonly after?: number;
}

const HOOKS: Readonly<Record<string, string>> = {
	P: "PREROUTING",
	I: "INPUT",
	F: "FORWARD",
	O: "OUTPUT",
	S: "POSTROUTING",
};

/** Names of the cases that have packets. */
export function recordedCases(): readonly string[] {
	return readdirSync(ROOT)
		.filter((file) => file.endsWith(".jsonl"))
		.map((file) => file.slice(0, -".jsonl".length))
		.sort();
}

/** The packets of a case. The first line of a file has its chains and steps, each other line a packet. */
export function recordedPackets(name: string): readonly RecordedPacket[] {
	const [first = "", ...lines] = readFileSync(`${ROOT}${name}.jsonl`, "utf8").trimEnd().split("\n");
	const { chains, steps } = JSON.parse(first);
	const texts = (steps as readonly string[]).map((step) => stepText(step, chains));
	return lines.map((line) => {
		const { path, ...packet } = JSON.parse(line);
		const taken = path === "" ? [] : path.split(" ").map((key: string) => texts[Number.parseInt(key, 36)]);
		return { ...packet, steps: taken.filter((text: string) => text !== "") };
	});
}

/** `P 1 r3 16384` as `PREROUTING nat KUBE-SERVICES return 16384`. A built-in chain without rules is no step. */
function stepText(step: string, chains: readonly string[]): string {
	const [hook = "", chain = "", end = "", mark = "0"] = step.split(" ");
	if (end === "p1") return "";
	const what = end.startsWith("r") ? "return" : end.startsWith("p") ? "policy" : end;
	return `${HOOKS[hook]} ${chains[Number(chain)]} ${what} ${mark}`;
}
