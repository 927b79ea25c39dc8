import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { useCertificates } from "../support/api-server/certificates.ts";
import { base64, kubeconfigOf, writeKubeconfig } from "../support/api-server/kubeconfig.ts";
import {
	clusterOf,
	dumpFiles,
	dumpHere,
	dumpLive,
	expectResult,
	expectTrouble,
	NODE_ARGUMENTS,
	READER,
	readerConfig,
	type Served,
	SHOP,
	serve,
} from "../support/api-server/live-run.ts";
import { READER_RULES, type User } from "../support/api-server/users.ts";
import { type Run, svcnat } from "../support/svcnat.ts";

const certificates = useCertificates();

const shop = await dumpFiles(SHOP);

/** Comes with a client certificate. */
const CERTIFIED: User = { name: "reader", rules: READER_RULES };

/** A server, and what a kubeconfig of it with this user leads to. */
async function dumpAs(
	user: Readonly<Record<string, unknown>>,
	users = [READER, CERTIFIED],
): Promise<Served & { run: Run }> {
	const served = await serve(certificates, { users });
	const cluster = clusterOf(certificates, served.server.url);
	const file = writeKubeconfig(served.folder, kubeconfigOf({ cluster, user }));
	return { ...served, run: await dumpHere(file) };
}

function certificateData({
	cert,
	key,
}: {
	readonly cert: string;
	readonly key: string;
}): Readonly<Record<string, string>> {
	return { "client-certificate-data": base64(cert), "client-key-data": base64(key) };
}

describe("client certificates", () => {
	it("are taken from the kubeconfig", async () => {
		const { run, server } = await dumpAs(certificateData(certificates.client));
		expectResult(run, shop);
		expect(new Set(server.received.map(({ who }) => who?.name))).toEqual(new Set(["reader"]));
	});

	it("are taken from files", async () => {
		const { certFile, keyFile } = certificates.client;
		expectResult((await dumpAs({ "client-certificate": certFile, "client-key": keyFile })).run, shop);
	});

	it("that expired are refused by the server", async () => {
		expectTrouble((await dumpAs(certificateData(certificates.expiredClient))).run, /401|[Uu]nauthorized/);
	});

	it("whose key belongs to another are an error", async () => {
		const { cert } = certificates.client;
		const { key } = certificates.otherCa;
		expectTrouble((await dumpAs(certificateData({ cert, key }))).run, /key|certificate/);
	});

	it("that are no base64, or base64 of something else, are an error", async () => {
		const user = certificateData(certificates.client);
		expectTrouble((await dumpAs({ ...user, "client-certificate-data": "%%%" })).run, /certificate/);
		expectTrouble((await dumpAs({ ...user, "client-key-data": base64("s3cret") })).run, /key/);
	});

	it("in a file that is not there are an error", async () => {
		const user = { "client-certificate": "/nonexistent/client.crt", "client-key": certificates.client.keyFile };
		expectTrouble((await dumpAs(user)).run, "/nonexistent/client.crt", /no such file/);
	});
});

describe("token files", () => {
	it("are read, without the newline at their end", async () => {
		const tokenFile = join(certificates.directory, "token");
		writeFileSync(tokenFile, `${READER.token}\n`);
		expectResult((await dumpAs({ tokenFile })).run, shop);
	});

	it("that are not there are an error", async () => {
		expectTrouble((await dumpAs({ tokenFile: "/nonexistent/token" })).run, "/nonexistent/token", /no such file/);
	});
});

describe("relative paths", () => {
	it("are relative to the kubeconfig, not to where svcnat is started", async () => {
		const { server, folder } = await serve(certificates);
		mkdirSync(join(folder, "pki"));
		writeFileSync(join(folder, "pki", "ca.crt"), certificates.ca.cert);
		writeFileSync(join(folder, "pki", "token"), READER.token ?? "");
		const cluster = { server: server.url, "certificate-authority": "pki/ca.crt" };
		writeKubeconfig(folder, kubeconfigOf({ cluster, user: { tokenFile: "pki/token" } }));
		const args = ["dump", "--kubeconfig", "../config", ...NODE_ARGUMENTS];
		expectResult(await svcnat(args, { cwd: join(folder, "pki") }), shop);
	});
});

describe("several contexts", () => {
	it("reads the current one, and another when --context says so", async () => {
		const nothing = await serve(certificates, { objects: [] });
		const served = await serve(certificates);
		const configs = [nothing, served].map(({ server }, index) => {
			const cluster = clusterOf(certificates, server.url);
			return kubeconfigOf({ cluster, user: { token: READER.token } }, index === 0 ? "empty" : "shop");
		});
		const lists = ["clusters", "users", "contexts"].map((key) => [key, configs.flatMap((config) => config[key])]);
		const file = writeKubeconfig(served.folder, { ...configs[0], ...Object.fromEntries(lists) });
		expectResult(await dumpHere(file, ["--context", "shop"]), shop);
		expect(nothing.server.received).toEqual([]);
		const current = await dumpHere(file);
		expect(current.stderr).toContain("no Service");
		expect(nothing.server.received).not.toEqual([]);
		expectTrouble(await dumpHere(file, ["--context", "stage"]), "stage", "empty", "shop");
	});
});

describe("where kubeconfigs are found", () => {
	it("is the list $KUBECONFIG, whose files add up; missing ones are passed over", async () => {
		const { server, folder } = await serve(certificates);
		const { clusters, ...rest } = readerConfig(certificates, server.url);
		const first = writeKubeconfig(folder, { apiVersion: "v1", kind: "Config", clusters }, "clusters");
		const second = writeKubeconfig(folder, rest, "users");
		const KUBECONFIG = [join(folder, "missing"), first, second].join(":");
		expectResult(await svcnat(["dump", ...NODE_ARGUMENTS], { env: { KUBECONFIG } }), shop);
	});

	it("is ~/.kube/config otherwise", async () => {
		const { kubeconfig, folder, server } = await serve(certificates);
		mkdirSync(join(folder, ".kube"));
		writeKubeconfig(join(folder, ".kube"), readerConfig(certificates, server.url));
		expectResult(await svcnat(["dump", ...NODE_ARGUMENTS], { env: { HOME: folder } }), shop);
		// The option wins over both.
		const env = { HOME: "/nonexistent", KUBECONFIG: "/nonexistent/config" };
		expectResult(await dumpLive(kubeconfig, [], env), shop);
	});

	it("is nowhere: says where it looked", async () => {
		const run = await svcnat(["dump", ...NODE_ARGUMENTS], { env: { HOME: "/nonexistent" } });
		expectTrouble(run, "/nonexistent/.kube/config", "-f");
	});
});
