import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { svcnat } from "../support/svcnat.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { OBJECTS } from "./arguments.ts";

function nodes(...names: readonly string[]): string {
	const file = join(temporaryDirectory(), "nodes.yaml");
	const status = "status: {addresses: [{type: InternalIP, address: 192.0.2.50}]}";
	writeFileSync(
		file,
		names.map((name) => `---\n{apiVersion: v1, kind: Node, metadata: {name: ${name}}, ${status}}\n`).join(""),
	);
	return file;
}

async function nodeOf(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<unknown> {
	const { stdout, stderr, exitCode } = await svcnat(
		["dump", "-f", OBJECTS, "--ip-family", "ipv4", "-o", "json", ...args],
		{ env },
	);
	return exitCode === 0 ? JSON.parse(stdout).node : stderr;
}

describe("the node", () => {
	it("is the only Node there is, when none is named", async () => {
		expect(await nodeOf([])).toBe("worker-1");
	});

	it("has to be named when there are several, and the message lists them", async () => {
		const text = await nodeOf(["-f", nodes("worker-3", "worker-2")]);
		expect(text).toBe("error: which node? give --node, one of: worker-1, worker-2, worker-3\n");
	});

	it("comes from NODE_NAME, and --node wins", async () => {
		const more = ["-f", nodes("worker-2", "worker-3")];
		expect(await nodeOf(more, { NODE_NAME: "worker-2" })).toBe("worker-2");
		expect(await nodeOf([...more, "--node", "worker-3"], { NODE_NAME: "worker-2" })).toBe("worker-3");
		expect(await nodeOf([...more, "--hostname-override", "worker-3"], { NODE_NAME: "worker-2" })).toBe("worker-3");
	});

	it("is compared in lower case and without blanks, as kube-proxy does", async () => {
		expect(await nodeOf(["--node", " Worker-1 "])).toBe("worker-1");
	});

	it("must be known, unless its address is given", async () => {
		const text = await nodeOf(["--node", "worker-9"]);
		expect(text).toBe('error: no Node "worker-9" (Nodes there are: worker-1); --node-ip IP does without a Node\n');
		expect(await nodeOf(["--node", "worker-9", "--node-ip", "192.0.2.9"])).toBe("worker-9");
	});

	it("cannot be missing altogether", async () => {
		const file = join(temporaryDirectory(), "service.yaml");
		writeFileSync(file, "{apiVersion: v1, kind: Service, metadata: {name: web}}");
		const { stderr, exitCode } = await svcnat(["dump", "-f", file]);
		expect(exitCode).toBe(2);
		expect(stderr).toMatch(/^error: no Node found: give --node NAME and --node-ip IP, or objects with the Node$/m);
	});

	it.each(["--node", "--hostname-override"])("cannot put a line of its own into messages by %s", async (option) => {
		const args = ["dump", "-f", OBJECTS, "--node-ip", "192.0.2.9", "--detect-local-mode", "NodeCIDR"];
		const { stdout, stderr, exitCode } = await svcnat([...args, option, "evil\nerror: fake"]);
		expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 2 });
		expect(stderr.split("\n").filter((line) => line.startsWith("error: fake"))).toEqual([]);
	});
});
