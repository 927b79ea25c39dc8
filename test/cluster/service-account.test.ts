import { execa } from "execa";
import { expect, it } from "vitest";
import { useCertificates } from "../support/api-server/certificates.ts";
import {
	dumpFiles,
	expectResult,
	expectTrouble,
	NODE_ARGUMENTS,
	READER,
	SHOP,
	serve,
} from "../support/api-server/live-run.ts";
import { describeUnless } from "../support/describe-unless.ts";
import { mountProblem, NEW_MOUNTS, podEnvironment, withPodFiles } from "../support/pod-files.ts";
import { type Run, SVCNAT } from "../support/svcnat.ts";

const certificates = useCertificates();

/** `svcnat dump` as in a pod. */
async function dumpInPod(
	token: string,
	port: number,
	env: Readonly<Record<string, string>> = {},
	more: readonly string[] = [],
): Promise<Run> {
	const svcnat = [process.execPath, SVCNAT, "dump", ...NODE_ARGUMENTS, ...more];
	const [program = "", ...args] = [...NEW_MOUNTS, ...withPodFiles(token, certificates.ca.cert), ...svcnat];
	const pod = podEnvironment(port);
	const { PATH = "" } = process.env;
	const { stdout, stderr, exitCode } = await execa(program, args, {
		env: { PATH, ...pod, ...env },
		extendEnv: false,
		reject: false,
		stripFinalNewline: false,
		stdin: "ignore",
	});
	return { stdout, stderr, exitCode };
}

describeUnless(await mountProblem(), "in a pod", () => {
	it("reads the cluster as the pod's service account", async () => {
		const { server } = await serve(certificates);
		expectResult(await dumpInPod(READER.token ?? "", server.port), await dumpFiles(SHOP));
		expect(new Set(server.received.map(({ who }) => who?.name))).toEqual(new Set([READER.name]));
	});

	it("says so when the service account may not", async () => {
		const { server } = await serve(certificates, { users: [{ ...READER, rules: [] }] });
		expectTrouble(await dumpInPod(READER.token ?? "", server.port), READER.name, "ClusterRole");
	});

	it("says so when the token is no good", async () => {
		const { server } = await serve(certificates);
		expectTrouble(await dumpInPod("s3cret", server.port), /401|[Uu]nauthorized/, "service account");
	});

	it("does not check TLS when told so", async () => {
		const { server } = await serve(certificates, { certificate: certificates.expiredServer });
		expectTrouble(await dumpInPod(READER.token ?? "", server.port), /certificate/, /expired/);
		const run = await dumpInPod(READER.token ?? "", server.port, {}, ["--insecure-skip-tls-verify"]);
		expectResult(run, await dumpFiles(SHOP));
		expect(run.stderr).toMatch(/warning: TLS is not verified/);
	});

	it("takes $KUBECONFIG first", async () => {
		const [own, other] = [await serve(certificates), await serve(certificates)];
		const run = await dumpInPod(READER.token ?? "", own.server.port, { KUBECONFIG: other.kubeconfig });
		expectResult(run, await dumpFiles(SHOP));
		expect(own.server.received).toEqual([]);
	});

	it("does not mount anything in the namespace of the tests", async () => {
		const [program = "", ...args] = [...withPodFiles("", ""), "true"];
		const { exitCode, stderr } = await execa(program, args, { reject: false });
		expect({ exitCode, stderr }).toEqual({ exitCode: 97, stderr: "refused: this is the mount namespace of the tests" });
	});
});
