import { afterAll, expect, it } from "vitest";
import { useCertificates } from "../../support/api-server/certificates.ts";
import { METRICS, runsReach, STOP, USAGE, usageOf, WORKER } from "../../support/apply-every.ts";
import { LINK, serveSession, startLive, UNLINK } from "../../support/apply-live.ts";
import { runNamed } from "../../support/apply-named.ts";
import { IS_LONG } from "../../support/is-long.ts";
import { describeKernel } from "../../support/kernel-suite.ts";

const VARIANT = "nft";

const certificates = useCertificates();

/** Runs that read a cluster, and after them runs whose credentials are refused, so that newer ones are tried. */
const [EARLY, LATE, REFUSED] = IS_LONG ? [10, 110, 130] : [10, 50, 60];

await describeKernel("svcnat apply --every of a live cluster, many times", VARIANT, () => {
	let told = "";

	it("closes every connection of a run", async () => {
		const api = await serveSession(certificates);
		const at = await runNamed(
			[
				["", LINK],
				["", startLive(VARIANT, "", "5ms")],
				["", runsReach(EARLY)],
				["early", USAGE],
				["", runsReach(LATE)],
				["late", USAGE],
				["good", METRICS],
				["", api.step(() => api.behave({ users: [] }))],
				["", runsReach(REFUSED)],
				["refused", USAGE],
				["stop", STOP],
				["", UNLINK],
			],
			{ addresses: WORKER, directory: api.directory, limitSeconds: 290 },
		);
		const [early, late, refused] = [usageOf(at("early")), usageOf(at("late")), usageOf(at("refused"))];
		told = `${early.files}, ${late.files}, ${refused.files} open files after ${EARLY}, ${LATE}, ${REFUSED} runs`;
		expect(at("good").stdout).toMatch(/^svcnat_apply_failures_total 0$/m);
		expect(late.files, told).toBeLessThanOrEqual(early.files);
		expect(refused.files, told).toBeLessThanOrEqual(early.files);
		expect(at("stop").stderr).toMatch(/401 Unauthorized/);
	}, 300_000);

	afterAll(() => console.log(`apply --every of a live cluster: ${told}`));
});
