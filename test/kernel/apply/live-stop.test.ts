import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { useCertificates } from "../../support/api-server/certificates.ts";
import type { Fault } from "../../support/api-server/faults.ts";
import { kubeconfigOf, writeKubeconfig } from "../../support/api-server/kubeconfig.ts";
import { clusterOf } from "../../support/api-server/live-run.ts";
import { savedTexts, saveStep } from "../../support/apply-cases.ts";
import { ANOTHER_RUN, HERE, STOP, THERE, WORKER } from "../../support/apply-every.ts";
import {
	API_PORT,
	LINK,
	type LiveApi,
	MANY_SLICES,
	serveSession,
	shopAt,
	startLive,
	UNLINK,
} from "../../support/apply-live.ts";
import { runNamed } from "../../support/apply-named.ts";
import type { Step } from "../../support/apply-session.ts";
import { describeKernel } from "../../support/kernel-suite.ts";

const VARIANT = "nft";

const certificates = useCertificates();

const on = "endpointslices";

/** Why a run goes on and on. Between attempts to read a list that breaks off, svcnat waits. */
const HANGS: readonly (readonly [name: string, hang: (api: LiveApi) => Promise<void>])[] = [
	["the cluster says nothing", (api) => hang(api, { on: "version", does: { kind: "stalls", afterBytes: 0 } })],
	["a list stops in its middle", (api) => hang(api, { on, page: 2, does: { kind: "stalls", afterBytes: 2000 } })],
	["a list breaks off in its middle", (api) => hang(api, { on, page: 2, does: { kind: "ends", afterBytes: 2000 } })],
	["a plugin gives no credentials", hangPlugin],
];

/** Fails when the plugin, if there is one, is still running. */
const NO_PLUGIN: Step = { shell: '[ ! -e "$SESSION/plugin" ] || ! kill -0 "$(cat "$SESSION/plugin")" 2>/dev/null' };

const NOW: Step = { shell: "date +%s%3N" };

const PATIENCE = { timeout: 30_000 };

/** Milliseconds; it would be for ever. */
const LONGEST_STOP = 5000;

await describeKernel("svcnat apply --every, told to stop", VARIANT, () => {
	const save = saveStep(VARIANT);

	it.each(HANGS)("ends soon while %s, and leaves the rules", async (_, hangs) => {
		const api = await serveSession(certificates, [...MANY_SLICES, ...shopAt(HERE)]);
		const at = await runNamed(
			[
				["", LINK],
				["", startLive(VARIANT, "--request-timeout 0")],
				["", ANOTHER_RUN],
				["before", save],
				["", api.step(() => hangs(api))],
				["begin", NOW],
				["stop", STOP],
				["end", NOW],
				["after", save],
				["", NO_PLUGIN],
				["", UNLINK],
			],
			{ addresses: WORKER, directory: api.directory },
		);
		expect(savedTexts(at("before")).v4).toContain(`--to-destination ${HERE}:`);
		expect(savedTexts(at("after"))).toEqual(savedTexts(at("before")));
		expect(at("stop")).toMatchObject({ status: 0, stderr: expect.stringMatching(/^note: stopped; the rules stay/m) });
		expect(at("stop").stderr).not.toMatch(/^error: /m);
		expect(Number(at("end").stdout) - Number(at("begin").stdout)).toBeLessThan(LONGEST_STOP);
	});
});

/** The cluster becomes another one, and cannot be read: waits until svcnat has tried. */
async function hang(api: LiveApi, fault: Fault): Promise<void> {
	api.server.state.replace([...MANY_SLICES, ...shopAt(THERE)]);
	api.behave({ faults: [fault] });
	const before = api.server.received.length;
	const { on, page = 1 } = fault;
	await vi.waitFor(() => {
		const asked = api.server.received.slice(before).filter((one) => one.on === on && one.page === page);
		expect(asked).not.toEqual([]);
	}, PATIENCE);
}

/** The kubeconfig becomes another one, whose plugin never ends: waits until it has begun. */
async function hangPlugin(api: LiveApi): Promise<void> {
	const script = 'echo $$ >"$SESSION/plugin"; exec sleep 100';
	const exec = { apiVersion: "client.authentication.k8s.io/v1", command: "sh", args: ["-c", script] };
	const cluster = clusterOf(certificates, `https://127.0.0.1:${API_PORT}`);
	const user = { exec: { ...exec, interactiveMode: "Never" } };
	writeKubeconfig(api.directory, kubeconfigOf({ cluster, user }), "kubeconfig");
	await vi.waitFor(() => expect(readFileSync(join(api.directory, "plugin"), "utf8")).toMatch(/^\d+\n$/), PATIENCE);
}
