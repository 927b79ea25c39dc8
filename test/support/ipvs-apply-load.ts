import type { Family } from "../../src/index.ts";
import { LOAD_NODE, loadFiles, loadJob, loadTurns } from "./apply-load.ts";
import type { Step } from "./apply-session.ts";
import type { MachineSession } from "./ipvs-apply-machine.ts";
import { WIRED } from "./ipvs-trace-wired.ts";

/**
 * Applies the same objects with an endpoint more and one less, in turns, while a client outside and a pod hold connections to
 * a cluster IP and a node port and make new ones.
 */
export function loadSession(family: Family, applies: number): MachineSession {
	return {
		name: `${family}, under load`,
		links: [],
		files: loadFiles(family),
		steps: loadTurns(applies).map((turn) => apply(family, turn)),
		lab: { program: "apply-under-load", before: [apply(family, "all")], job: loadJob(family) },
	};
}

function apply(family: Family, objectsName: string): Step {
	const { node, second, gateway, pods } = WIRED[family];
	return {
		svcnat: [
			...["apply", "-f", `@${objectsName}.json`, "--node", LOAD_NODE, "--proxy-mode", "ipvs", "--ip-family", family],
			...["--iptables", "legacy", "--state-dir", "@state", "--node-ip", node, "--interface", `eth0=${node}`],
			...["--interface", `eth1=${second}`, "--interface", `pod1=${gateway}`],
			...["--cluster-cidr", pods[0].replace(/\d+$/, family === "ipv4" ? "0/24" : "0/112")],
		],
	};
}
