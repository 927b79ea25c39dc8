import { join } from "node:path";
import { expect, it } from "vitest";
import { type Box, runBox } from "../support/deploy-box.ts";
import { BOTH_EQUAL, boxOf, COMPARE, compareIn, NODE_ADDRESSES, podOf } from "../support/deploy-pod.ts";
import { describeUnless } from "../support/describe-unless.ts";
import type { Variant } from "../support/kernel-load.ts";
import { describeKernel } from "../support/kernel-suite.ts";
import type { ScriptResult } from "../support/namespace.ts";
import { nftProblem } from "../support/nft-load.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";

const VARIANTS: readonly Variant[] = ["legacy", "nft"];

/** The kubelet of a node leaves this chain in the iptables it uses. */
function kubelet(variant: Variant, directory: string): string {
	const lock = join(directory, "run", "xtables.lock");
	return `export XTABLES_LOCKFILE='${lock}'\niptables-${variant} -t mangle -N KUBE-IPTABLES-HINT || exit 1`;
}

/** Runs the container of a file to its end, perhaps altered, where the node uses a variant of iptables. */
async function runOn(variant: Variant, file: string, alter = (box: Box): Box => box): Promise<ScriptResult> {
	const [node, directory] = [temporaryDirectory(), temporaryDirectory()];
	const box = alter(boxOf(podOf(file), node));
	return runBox(box, directory, NODE_ADDRESSES, { before: kubelet(variant, node), after: COMPARE });
}

/** The first container without a right. */
async function runWithout(right: string, variant: Variant): Promise<ScriptResult> {
	return runOn(variant, "init-container.yaml", (box) => ({
		...box,
		capabilities: box.capabilities.filter((name) => name !== right),
	}));
}

for (const variant of VARIANTS) {
	await describeKernel(`containers of the manifests where the node uses iptables-${variant}`, variant, () => {
		it("init-container.yaml, as written: loads the rules and ends", async () => {
			const run = await runOn(variant, "init-container.yaml");
			expect(run).toMatchObject({ exitCode: 0, stdout: BOTH_EQUAL });
			expect(run.stderr).toContain("the node has what it should have");
		});

		it("without NET_ADMIN nothing is loaded", async () => {
			const run = await runWithout("net_admin", variant);
			expect(run).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(/^error: /m) });
			expect(run.stdout).not.toContain("no difference");
		});

		it(`without NET_RAW ${variant === "legacy" ? "nothing is" : "the rules are"} loaded`, async () => {
			const run = await runWithout("net_raw", variant);
			expect(run.exitCode, run.stderr).toBe(variant === "legacy" ? 2 : 0);
			expect(run.stdout === BOTH_EQUAL).toBe(variant === "nft");
		});
	});
}

describeUnless(await nftProblem(), "containers of the manifests in nftables mode", () => {
	it("init-container.yaml loads the tables with NET_ADMIN alone, and without the lock of xtables", async () => {
		const [node, directory] = [temporaryDirectory(), temporaryDirectory()];
		const box = boxOf(podOf("init-container.yaml"), node);
		const narrow: Box = {
			...box,
			mounts: box.mounts.filter(({ target }) => target !== "/run/xtables.lock"),
			capabilities: ["net_admin"],
			command: [...box.command, "--proxy-mode", "nftables"],
		};
		expect(narrow.mounts).toHaveLength(box.mounts.length - 1);
		const run = await runBox(narrow, directory, NODE_ADDRESSES, { after: compareIn("nftables") });
		expect(run, run.stderr).toMatchObject({ exitCode: 0, stdout: BOTH_EQUAL });
		expect(run.stderr).toContain("the node has what it should have");
	});
});

await describeKernel("containers of the manifests", "nft", () => {
	it("cronjob.yaml, as written: loads the rules and ends", async () => {
		expect(await runOn("nft", "cronjob.yaml")).toMatchObject({ exitCode: 0, stdout: BOTH_EQUAL });
	});

	it("without --no-settings nothing is loaded: settings cannot be written there", async () => {
		const run = await runOn("nft", "init-container.yaml", (box) => ({
			...box,
			command: box.command.filter((word) => word !== "--no-settings"),
		}));
		expect(run).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("--no-settings leaves it") });
		expect(run.stdout).not.toContain("no difference");
	});
});

await describeKernel("the mounts of the manifests", "legacy", () => {
	it("hold the lock of the node's iptables: without it, iptables-legacy cannot load", async () => {
		const run = await runOn("legacy", "init-container.yaml", (box) => ({
			...box,
			mounts: box.mounts.filter(({ target }) => target !== "/run/xtables.lock"),
		}));
		expect(run).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("xtables.lock") });
	});

	it("keep a container from loading while an iptables of the node is at work", async () => {
		const [node, directory] = [temporaryDirectory(), temporaryDirectory()];
		const hold = `exec 9>'${join(node, "run", "xtables.lock")}' && flock 9 || exit 1`;
		const run = await runBox(boxOf(podOf("init-container.yaml"), node), directory, NODE_ADDRESSES, {
			before: `${kubelet("legacy", node)}\n${hold}`,
			after: COMPARE,
		});
		expect(run).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("holding the xtables lock") });
		expect(run.stdout).not.toContain("no difference");
	});
});

await describeKernel("daemonset.yaml", "nft", () => {
	it("as written: loads the rules, answers the kubelet's probe, writes metrics, ends when it is told to", async () => {
		const [node, directory] = [temporaryDirectory(), temporaryDirectory()];
		const pod = podOf("daemonset.yaml");
		const ask = 'fetch("http://127.0.0.1:9440/healthz").then(({ status }) => status, () => 0)';
		const probe = `${ask}.then((status) => process.exit(status === 200 ? 0 : 1))`;
		const run = await runBox(boxOf(pod, node), directory, NODE_ADDRESSES, {
			before: kubelet("nft", node),
			meanwhile: [
				`until '${process.execPath}' -e '${probe}' || [ ! -e /proc/$pid ]; do sleep 0.1; done`,
				"kill -TERM $pid",
			].join("\n"),
			after: `${COMPARE}\ngrep -v '^#' '${node}/var/lib/node_exporter/textfile/svcnat.prom'`,
		});
		expect(run).toMatchObject({ exitCode: 0, stderr: expect.stringContaining("stopped; the rules stay") });
		expect(run.stdout.slice(0, BOTH_EQUAL.length)).toBe(BOTH_EQUAL);
		expect(run.stdout).toMatch(/^svcnat_apply_success 1$/m);
	});
});
