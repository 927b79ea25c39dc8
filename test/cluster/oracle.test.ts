import { readFileSync } from "node:fs";
import yaml from "js-yaml";
import { describe, expect, it } from "vitest";
import { useCertificates } from "../support/api-server/certificates.ts";
import { serve } from "../support/api-server/live-run.ts";
import { objectsOf } from "../support/api-server/objects.ts";
import { oracleArguments, oracleCases } from "../support/oracle.ts";
import { runInProcess } from "../support/run-in-process.ts";

const certificates = useCertificates();

describe("the captured clusters, served by an API server", () => {
	it.each(
		oracleCases().map((oracleCase) => [oracleCase.name, oracleCase] as const),
	)("%s gives the same rules as its file", async (_, oracleCase) => {
		const text = readFileSync(oracleCase.snapshotFile, "utf8");
		const objects = yaml.loadAll(text, undefined, { schema: yaml.CORE_SCHEMA }).flatMap(objectsOf);
		const { kubeconfig } = await serve(certificates, { objects });
		const [, , ...args] = oracleArguments(oracleCase);
		const both = ["--ip-family", "dual"];
		const expected = await runInProcess(["dump", ...oracleArguments(oracleCase), ...both]);
		const live = await runInProcess(["dump", "--kubeconfig", kubeconfig, ...args, ...both]);
		expect(expected.status).toBe(0);
		expect(expected.stdout).not.toBe("");
		expect(errorsOf(live.stderr)).toEqual(errorsOf(expected.stderr));
		expect(live).toMatchObject({ status: 0, stdout: expected.stdout });
	});
});

/** In a fixed order: a server lists objects by name. */
function errorsOf(stderr: string): readonly string[] {
	return stderr
		.split("\n")
		.filter((line) => line.startsWith("error: "))
		.sort();
}
