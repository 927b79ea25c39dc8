import { expect, it } from "vitest";
import { useCertificates } from "../../support/api-server/certificates.ts";
import { READER } from "../../support/api-server/live-run.ts";
import { forbidden, type StatusAnswer, unavailable } from "../../support/api-server/status.ts";
import { savedTexts, saveStep } from "../../support/apply-cases.ts";
import {
	ANOTHER_RUN,
	applyWords,
	HEALTH,
	HERE,
	METRICS,
	put,
	STOP,
	shopWith,
	THERE,
	WORKER,
} from "../../support/apply-every.ts";
import {
	applyLive,
	type Behaviour,
	LINK,
	MANY_SLICES,
	serveSession,
	shopAt,
	startLive,
	UNLINK,
} from "../../support/apply-live.ts";
import { runNamed } from "../../support/apply-named.ts";
import type { StepResult } from "../../support/apply-session.ts";
import { IS_LONG } from "../../support/is-long.ts";
import { describeKernel } from "../../support/kernel-suite.ts";

const VARIANT = "nft";

const certificates = useCertificates();

const save = saveStep(VARIANT);

/** A body that is shorter than it was, as some proxies send it. */
const CUT: StatusAnswer = {
	code: 200,
	headers: { "content-type": "application/json" },
	body: `{"kind":"EndpointSliceList","items":[{"metadata":{`,
};

const FORBIDDEN = forbidden(READER.name, "list", {
	resource: {
		group: "discovery.k8s.io",
		version: "v1",
		name: "endpointslices",
		kind: "EndpointSlice",
		isNamespaced: true,
	},
	namespace: undefined,
	name: undefined,
});

const on = "endpointslices";

/** How the cluster can be away, one after the other, and what is said about it. Half of a list gives fewer rules. */
const AWAY: readonly (readonly [name: string, how: Behaviour | "unlinked", says: RegExp])[] = [
	[
		"is starting",
		{ faults: [{ on, does: { kind: "answers", answer: unavailable(0) } }] },
		/\/endpointslices: given up after 6 attempts: 503 the server is currently unable/,
	],
	["takes rights away", { users: [{ ...READER, rules: [] }] }, /missing rights: list services, list endpointslices/],
	["takes no token any more", { users: [] }, /refuses the credentials of user test-user \(context test\): 401/],
	[
		"takes rights away in the middle of a list",
		{ faults: [{ on, page: 2, does: { kind: "answers", answer: FORBIDDEN } }] },
		/endpointslices: page 2: forbidden: /,
	],
	[
		"stops in the middle of a list",
		{ faults: [{ on, page: 2, does: { kind: "stalls", afterBytes: 2000 } }] },
		/\/endpointslices: not at its end after 1 s/,
	],
	[
		"sends the first half of a list as if it were whole",
		{ faults: [{ on, page: 2, does: { kind: "answers", answer: CUT } }] },
		/\/endpointslices: expected a JSON object, got 50 characters/,
	],
	["refuses connections", "unlinked", /127\.0\.0\.1:6443: connection refused: nothing listens there/],
];

await describeKernel("svcnat apply of a live cluster", VARIANT, () => {
	it("loads the rules of the cluster, which are those of the same objects in a file", async () => {
		const api = await serveSession(certificates);
		const at = await runNamed(
			[
				["", LINK],
				["first", applyLive(VARIANT)],
				["loaded", save],
				["again", applyLive(VARIANT)],
				["", put(shopWith(HERE))],
				["file", { shell: `'${process.execPath}' ${applyWords(VARIANT, '"$SESSION/state"')}` }],
				["", UNLINK],
			],
			{ addresses: WORKER, directory: api.directory },
		);
		expect(at("first")).toMatchObject({ status: 0, stdout: "", stderr: expect.stringMatching(/^note: done: /m) });
		expect(savedTexts(at("loaded")).v4).toContain(`--to-destination ${HERE}:`);
		expect(at("again")).toMatchObject({
			status: 0,
			stdout: "",
			stderr: expect.stringMatching(/^note: nothing to do/m),
		});
		expect(at("file")).toMatchObject({ status: 0, stderr: expect.stringMatching(/^note: nothing to do/m) });
		expect(at("first").stderr + at("again").stderr).not.toContain(READER.token);
	});

	it("follows the cluster, and keeps the rules while it is away, says so, and goes on when it is back", async () => {
		const api = await serveSession(certificates, [...MANY_SLICES, ...shopAt(HERE)]);
		const at = await runNamed(
			[
				["", LINK],
				["", startLive(VARIANT, "--request-timeout 1")],
				["", ANOTHER_RUN],
				["first", save],
				["", api.step(() => api.server.state.replace([...MANY_SLICES, ...shopAt(THERE)]))],
				["", ANOTHER_RUN],
				["moved", save],
				["healthy", HEALTH],
				...AWAY.flatMap(([name, how]) => [
					["", how === "unlinked" ? UNLINK : api.step(() => api.behave(how))] as const,
					["", ANOTHER_RUN] as const,
					[`rules: ${name}`, save] as const,
					[`health: ${name}`, HEALTH] as const,
					[`metrics: ${name}`, METRICS] as const,
				]),
				["", api.step(() => api.server.state.replace(shopAt(HERE)))],
				["", api.step(() => api.behave({}))],
				["", LINK],
				["", ANOTHER_RUN],
				["back", save],
				["well", HEALTH],
				["metrics", METRICS],
				["stop", STOP],
				["stopped", save],
				["", UNLINK],
			],
			{ addresses: WORKER, directory: api.directory, limitSeconds: 110 },
		);
		expect(savedTexts(at("first")).v4).toContain(`--to-destination ${HERE}:`);
		expect(savedTexts(at("moved")).v4).toContain(`--to-destination ${THERE}:`);
		expect(savedTexts(at("moved")).v4).not.toContain(`--to-destination ${HERE}:`);
		expect(at("healthy").stdout).toBe("200 ok\n");
		const { stderr } = at("stop");
		let failures = 0;
		for (const [name, , says] of AWAY) {
			expect(savedTexts(at(`rules: ${name}`)), name).toEqual(savedTexts(at("moved")));
			expect(at(`health: ${name}`).stdout, name).toBe("503 not ok\n");
			expect(stderr, name).toMatch(says);
			expect(at(`metrics: ${name}`).stdout, name).toMatch(/^svcnat_apply_success 0$/m);
			expect(failuresIn(at(`metrics: ${name}`)), name).toBeGreaterThan(failures);
			failures = failuresIn(at(`metrics: ${name}`));
		}
		expect(stderr.match(/^note: this run went well again$/gm)).toHaveLength(1);
		expect(at("well").stdout).toBe("200 ok\n");
		expect(savedTexts(at("back"))).toEqual(savedTexts(at("first")));
		expect(at("metrics").stdout).toMatch(/^svcnat_apply_success 1$/m);
		expect(stderr.match(/^error: /gm)).toHaveLength(failuresIn(at("metrics")));
		expect(stderr.match(/^note: done: /gm)).toHaveLength(3);
		expect(at("stop").status).toBe(0);
		expect(savedTexts(at("stopped"))).toEqual(savedTexts(at("back")));
		expect(stderr).not.toContain(READER.token);
	});

	// Six attempts, with longer and longer pauses between them, take 20 seconds.
	if (!IS_LONG) return;

	it("changes nothing when each attempt to read a list breaks off", async () => {
		const api = await serveSession(certificates, [...MANY_SLICES, ...shopAt(HERE)]);
		const at = await runNamed(
			[
				["", LINK],
				["", applyLive(VARIANT)],
				["before", save],
				["", api.step(() => api.server.state.replace([...MANY_SLICES, ...shopAt(THERE)]))],
				["", api.step(() => api.behave({ faults: [{ on, page: 2, does: { kind: "ends", afterBytes: 2000 } }] }))],
				["broken", applyLive(VARIANT)],
				["after", save],
				["", UNLINK],
			],
			{ addresses: WORKER, directory: api.directory, limitSeconds: 110 },
		);
		const lost = "given up after 6 attempts: the connection was lost before the end of the answer";
		expect(at("broken")).toMatchObject({ status: 2, stdout: "", stderr: expect.stringContaining(lost) });
		expect(savedTexts(at("before")).v4).toContain(`--to-destination ${HERE}:`);
		expect(savedTexts(at("after"))).toEqual(savedTexts(at("before")));
	});
});

function failuresIn({ stdout }: StepResult): number {
	return Number(/^svcnat_apply_failures_total (\d+)$/m.exec(stdout)?.[1]);
}
