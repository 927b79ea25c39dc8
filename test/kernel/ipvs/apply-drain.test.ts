import { expect, it } from "vitest";
import { objects } from "../../support/apply-load.ts";
import type { Step, StepResult } from "../../support/apply-session.ts";
import { describeUnless } from "../../support/describe-unless.ts";
import { runInMachineSessions } from "../../support/ipvs-apply-machine.ts";
import { CLEANUP } from "../../support/ipvs-apply-texts.ts";

const [NODE, STAYS, GOES] = ["192.0.2.1", "10.244.0.11", "10.244.0.12"];

const SERVER = `
import socket, sys, time
servers = [socket.create_server((ip, 8080)) for ip in ("${STAYS}", "${GOES}")]
clients = [socket.create_connection(("10.96.0.80", 80)) for _ in range(4)]
for client in clients:
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, bytes((1, 0, 0, 0, 0, 0, 0, 0)))
open("connected", "w").close()
time.sleep(600)
`;

import { IS_LONG } from "../../support/is-long.ts";

const CONNECT: Step = {
	shell: `rm -f connected; setsid python3 -c '${SERVER}' </dev/null >/dev/null 2>python.txt & echo $! >server
for i in $(seq 100); do [ -e connected ] && break; sleep 0.1; done; [ -e connected ] || cat python.txt`,
};
/** The kernel remembers a connection that was reset for ten seconds. */
const HANG_UP: Step = { shell: 'kill "$(cat server)"; sleep 12' };
const LOOK: Step = { shell: "ipvsadm -Sn | grep ' 10.96.0.80:80 '" };
const TIMERS: Step = { shell: "ipvsadm -L --timeout" };

function apply(objectsName: string, ...more: readonly string[]): Step {
	const own = [
		"--node",
		"n",
		"--node-ip",
		NODE,
		"--ip-family",
		"ipv4",
		"--iptables",
		"legacy",
		"--state-dir",
		"@state",
	];
	return { svcnat: ["apply", "-f", `@${objectsName}.json`, "--config", "@config.yaml", ...own, ...more] };
}

const steps = {
	"timers before": TIMERS,
	first: apply("both"),
	timers: TIMERS,
	connect: CONNECT,
	fewer: apply("one"),
	draining: LOOK,
	again: apply("one"),
	limit: apply("one", "--drain-timeout", "1ms"),
	gone: LOOK,
	back: apply("both"),
	both: LOOK,
	...(IS_LONG ? { hangUp: HANG_UP, end: apply("one"), ended: LOOK } : {}),
	cleanup: CLEANUP,
	"timers after": TIMERS,
} satisfies Readonly<Record<string, Step>>;

const { problem, results } = await runInMachineSessions([
	{
		name: "drain",
		links: [
			"link set lo up",
			"link add node0 type dummy",
			"link set node0 up",
			...[NODE, STAYS, GOES].map((ip) => `address add ${ip}/32 dev node0`),
		],
		files: {
			"both.json": objects("ipv4", [STAYS, GOES]),
			"one.json": objects("ipv4", [STAYS]),
			"config.yaml": "mode: ipvs\nipvs:\n  tcpTimeout: 5m\n",
		},
		steps: Object.values(steps),
	},
]);

describeUnless(problem, "an endpoint with connections goes, in IPVS mode", () => {
	const result = (name: keyof typeof steps): StepResult => {
		const found = results.get("drain")?.[Object.keys(steps).indexOf(name)];
		if (found === undefined) throw new Error(`there is no step ${name}`);
		return found;
	};
	const line = (ip: string, weight: number): string => `-a -t 10.96.0.80:80 -r ${ip}:8080 -m -w ${weight}\n`;

	it("every command line succeeds", () => {
		expect(result("connect")).toMatchObject({ stdout: "" });
		const failed = Object.entries(steps).filter(([name, step]) => {
			return "svcnat" in step && result(name as keyof typeof steps).status !== 0;
		});
		expect(failed.map(([name]) => [name, result(name as keyof typeof steps).stderr])).toEqual([]);
	});

	it("first it gets weight 0, and that is nothing to do for later runs", () => {
		expect(result("draining").stdout).toContain(line(STAYS, 1) + line(GOES, 0));
		expect(result("again").stderr).toContain("nothing to do");
	});

	it("it goes when the time is up", () => {
		expect(result("gone").stdout).toContain(line(STAYS, 1));
		expect(result("gone").stdout).not.toContain(GOES);
	});

	it("it gets connections again when it is wanted again", () => {
		expect(result("both").stdout).toContain(line(STAYS, 1) + line(GOES, 1));
	});

	it.runIf(IS_LONG)("it goes at once when its connections have ended", () => {
		expect(result("ended" as keyof typeof steps).stdout).not.toContain(GOES);
	});

	it("timers of the kernel are set, and put back by cleanup", () => {
		expect(result("timers before").stdout).toContain("900 120 300");
		expect(result("timers").stdout).toContain("300 120 300");
		expect(result("timers after").stdout).toBe(result("timers before").stdout);
	});
});
