import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { PRIVATE_LOCK } from "./diff-kernel.ts";
import { missingPrograms } from "./installed.ts";
import type { Variant } from "./kernel-load.ts";
import { kernelProblem } from "./kernel-problem.ts";
import { runInNamespace } from "./namespace.ts";
import { labNetwork } from "./trace-network.ts";

/** That of the system: the programs of the lab need no other, and start faster. */
const PYTHON = "/usr/bin/python3";

const SEND_PACKETS = fileURLToPath(new URL("../lab/send-packets", import.meta.url));
const NETWORK = { pods: { name: "pod0", isBridge: true, hasAddress: true }, hasSecondCard: false };

/** Why packets cannot be sent through rules and recorded; undefined when they can. */
export async function labProblem(): Promise<string | undefined> {
	const missing = [...(existsSync(PYTHON) ? [] : [PYTHON]), ...missingPrograms(["ip", "nft"])];
	if (missing.length > 0) return `not installed: ${missing.join(", ")}`;
	for (const variant of ["legacy", "nft"] as const) {
		const problem = (await kernelProblem(variant)) ?? (await trialProblem(variant));
		if (problem !== undefined) return problem;
	}
	return undefined;
}

/** Sets everything up that a recording needs, without sending a packet. */
async function trialProblem(variant: Variant): Promise<string | undefined> {
	const network = labNetwork(NETWORK, { family: "ipv4", routesLocalnet: false, onBridge: [] });
	const job = JSON.stringify({ family: "ipv4", variant, network, packets: [] });
	const trace = `iptables-${variant} -t raw -A PREROUTING -p tcp -j TRACE </dev/null`;
	const { exitCode, stderr } = await runInNamespace(`${PRIVATE_LOCK}\n${trace} && ${SEND_PACKETS}`, job);
	return exitCode === 0 ? undefined : `no recording with ${variant}: ${stderr.trim().split("\n").at(-1)}`;
}
