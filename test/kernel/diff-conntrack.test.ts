import { expect, it } from "vitest";
import { diff } from "../../src/diff/diff.ts";
import { type Family, printCommand } from "../../src/index.ts";
import { describeUnless } from "../support/describe-unless.ts";
import { type WebOptions, webState } from "../support/diff-objects.ts";
import { missingPrograms } from "../support/installed.ts";
import { runInNamespace } from "../support/namespace.ts";

const WEB = {
	ipv4: ["10.96.0.20", "10.244.1.", "192.0.2.7"],
	ipv6: ["fd00:10:96::20", "fd00:10:244::", "2001:db8::7"],
};

describeUnless(await problem(), "the commands for conntrack", () => {
	it.each(["ipv4", "ipv6"] as const)("make it forget connections to an endpoint that is gone: %s", async (family) => {
		const [, network] = WEB[family];
		const both: WebOptions = { protocol: "UDP", family, endpoints: [`${network}1`, `${network}2`] };
		const commands = commandsFor(both, { ...both, endpoints: [`${network}1`] });
		expect(commands).toHaveLength(1);
		const left = await connectionsAfter(commands, family);
		// For IPv6 the program looks at the kind of translation, not at the address, and forgets more than it should.
		if (family === "ipv4") expect(left).toContain(`${network}1 `);
		expect(left).not.toContain(`${network}2 `);
	});

	it.each(["ipv4", "ipv6"] as const)("make it forget all connections to a Service that is gone: %s", async (family) => {
		const [, network] = WEB[family];
		const commands = commandsFor({ protocol: "UDP", family, endpoints: [`${network}1`], nodePort: 30080 }, undefined);
		expect(commands).toHaveLength(2);
		expect(await connectionsAfter(commands, family)).toBe("");
	});
});

async function problem(): Promise<string | undefined> {
	if (process.getuid?.() !== 0) return "not root";
	const missing = missingPrograms(["unshare", "conntrack"]);
	if (missing.length > 0) return `not installed: ${missing.join(", ")}`;
	const { exitCode, stderr } = await runInNamespace("conntrack -L");
	return exitCode === 0 ? undefined : `conntrack does not work in a namespace: ${stderr.trim()}`;
}

function commandsFor(old: WebOptions, current: WebOptions | undefined): readonly string[] {
	const { conntrack } = diff(webState(old), webState(current, old.family));
	return conntrack.map(({ command }) => printCommand(command));
}

/** What is left of a connection to each of two endpoints, by way of the cluster IP and of the node port. */
async function connectionsAfter(commands: readonly string[], family: Family): Promise<string> {
	const [clusterIP = "", network = "", client = ""] = WEB[family];
	const entries = [`${network}1`, `${network}2`].flatMap((endpoint, at) => [
		`-s ${client} --sport ${1000 + at} -d ${clusterIP} --dport 80 --dst-nat ${endpoint}:8080`,
		`-s ${client} --sport ${2000 + at} -d ${client}0 --dport 30080 --dst-nat ${endpoint}:8080`,
	]);
	const script = [
		`run() { "$@" >/dev/null 2>&1 || { echo "this failed: $*" >&2; exit 1; }; }`,
		...entries.map((entry) => `run conntrack -I -p udp -t 60 ${bracketed(entry, family)}`),
		...commands.map((command) => `run ${command}`),
		`conntrack -L -f ${family} -p udp --orig-port-dst 80 2>/dev/null`,
	];
	const { exitCode, stdout, stderr } = await runInNamespace(script.join("\n"));
	expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
	return stdout;
}

function bracketed(entry: string, family: Family): string {
	return family === "ipv4" ? entry : entry.replace(/--dst-nat (\S+):8080/, "--dst-nat [$1]:8080");
}
