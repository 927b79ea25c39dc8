import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { describeUnless } from "../../support/describe-unless.ts";
import { runInNamespace } from "../../support/namespace.ts";
import { labProblem } from "../../support/trace-problem.ts";

const JOB = { family: "ipv4", variant: "legacy", packets: [], servers: [], requests: [] };
const NETWORK = { links: {}, spaces: { node: { sysctls: {}, commands: ["link add left-behind type veth"] } } };

describeUnless(await labProblem(), "the programs of the lab", () => {
	it.each(["send-packets", "ask-servers"])("%s refuses a namespace that is in use", async (name) => {
		const program = fileURLToPath(new URL(`../../lab/${name}`, import.meta.url));
		const script = `ip link set lo up || exit 3\n${program}\nstatus=$?\nip -brief link >&2\nexit $status`;
		const { exitCode, stderr } = await runInNamespace(script, JSON.stringify({ ...JOB, network: NETWORK }));
		expect(exitCode).toBe(1);
		expect(stderr).toContain("refused: this is no fresh network namespace");
		expect(stderr).not.toContain("left-behind");
	});
});
