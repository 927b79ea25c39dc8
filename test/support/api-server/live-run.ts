import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished } from "vitest";
import { runInProcess } from "../run-in-process.ts";
import { type Run, svcnat } from "../svcnat.ts";
import { type ApiServer, type ApiServerOptions, startApiServer } from "./api-server.ts";
import type { Certificates } from "./certificates.ts";
import { base64, kubeconfigOf, writeKubeconfig } from "./kubeconfig.ts";
import { type KubeObject, readObjects } from "./objects.ts";
import { READER_RULES, type User } from "./users.ts";

/** The folder of the example. */
export const SHOP = fileURLToPath(new URL("../../../fixtures/shop", import.meta.url));

/** The example's objects. */
export const SHOP_OBJECTS = readObjects(SHOP);

/** Somebody who may read what svcnat needs. */
export const READER: User = {
	name: "tools-reader",
	token: "reader-token-4f9c1a7be2d05836",
	rules: READER_RULES,
};

/** Somebody with valid credentials who may do nothing. */
export const NOBODY: User = { name: "nobody", token: "nobody-token-0b7d5521c9ae4f13", rules: [] };

/** Everything secret that the tests use; none of it may ever be printed. */
const SECRETS: readonly RegExp[] = [/(?:reader|nobody|admin)-token-\w/, /PRIVATE KEY/, /LS0tLS1CRUdJTiB/, /s3cret/];

/** Whose rules the tests look at. */
export const NODE_ARGUMENTS: readonly string[] = ["--node", "worker-1", "--cluster-cidr", "10.244.0.0/16"];

/** A server and a kubeconfig for `READER`, both gone when the test ends. */
export interface Served {
	readonly server: ApiServer;
	readonly kubeconfig: string;
	/** Where the kubeconfig is. */
	readonly folder: string;
}

/**
 * Starts a server, by default with the example's objects.
 *
 * @param onFinished that of the test, where several run at the same time
 */
export async function serve(
	certificates: Certificates,
	options: Partial<ApiServerOptions> = {},
	onFinished: typeof onTestFinished = onTestFinished,
): Promise<Served> {
	const defaults = { certificates, objects: SHOP_OBJECTS, users: [READER, NOBODY] };
	const server = await startApiServer({ ...defaults, ...options });
	const folder = mkdtempSync(join(tmpdir(), "svcnat-live-"));
	onFinished(async () => {
		await server.close();
		rmSync(folder, { recursive: true, force: true });
	});
	const kubeconfig = writeKubeconfig(folder, readerConfig(certificates, server.url));
	return { server, kubeconfig, folder };
}

/** A kubeconfig of `READER`. */
export function readerConfig(certificates: Certificates, server: string): Readonly<Record<string, unknown>> {
	return kubeconfigOf({ cluster: clusterOf(certificates, server), user: { token: READER.token } });
}

/** The entry of a cluster that is as it should be. */
export function clusterOf(certificates: Certificates, server: string): Readonly<Record<string, unknown>> {
	return { server, "certificate-authority-data": base64(certificates.ca.cert) };
}

/** `svcnat dump` of a cluster. */
export function dumpLive(
	kubeconfig: string,
	more: readonly string[] = [],
	env: Readonly<Record<string, string>> = {},
): Promise<Run> {
	return svcnat(["dump", "--kubeconfig", kubeconfig, ...NODE_ARGUMENTS, ...more], { env });
}

/** `svcnat dump` of a cluster within the test's process, which is faster; not for what depends on the environment. */
export async function dumpHere(kubeconfig: string, more: readonly string[] = []): Promise<Run> {
	const args = ["dump", "--kubeconfig", kubeconfig, ...NODE_ARGUMENTS, ...more];
	const { status, stdout, stderr } = await runInProcess(args);
	return { exitCode: status, stdout, stderr };
}

/** `svcnat dump` of objects in files. */
export function dumpFiles(path: string, more: readonly string[] = []): Promise<Run> {
	return svcnat(["dump", "-f", path, ...NODE_ARGUMENTS, ...more]);
}

/** `svcnat dump` of objects, by way of a file. */
export async function dumpObjects(objects: Iterable<KubeObject>, more: readonly string[] = []): Promise<Run> {
	const folder = mkdtempSync(join(tmpdir(), "svcnat-objects-"));
	const file = join(folder, "objects.json");
	writeFileSync(file, JSON.stringify({ apiVersion: "v1", kind: "List", items: [...objects] }));
	try {
		return await dumpFiles(file, more);
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

/** A run that did what it should, and told nobody a secret. */
export function expectResult(run: Run, expected: Run): void {
	expect(run.stderr).not.toMatch(/error:/);
	expect(run.exitCode).toBe(0);
	expect(expected.exitCode).toBe(0);
	expect(expected.stdout).not.toBe("");
	expect(run.stdout).toBe(expected.stdout);
	expectNoSecret(run);
}

/** A run that gave up: nothing on standard output, one error with all of these words, no secret, status 2. */
export function expectTrouble(run: Run, ...words: readonly (string | RegExp)[]): void {
	expect(run.stdout).toBe("");
	for (const word of words) expect(run.stderr).toMatch(word);
	expect(run.stderr).not.toMatch(/internal error|\n {4}at |\[object/);
	expect(run.stderr.match(/error: /g)).toHaveLength(1);
	expect(run.exitCode).toBe(2);
	expectNoSecret(run);
}

function expectNoSecret({ stdout, stderr }: Run): void {
	for (const secret of SECRETS) {
		expect(stdout).not.toMatch(secret);
		expect(stderr).not.toMatch(secret);
	}
}
