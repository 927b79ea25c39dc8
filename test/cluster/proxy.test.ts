import { createServer, type Socket } from "node:net";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { useCertificates } from "../support/api-server/certificates.ts";
import { type ConnectProxy, startConnectProxy } from "../support/api-server/connect-proxy.ts";
import { kubeconfigOf, writeKubeconfig } from "../support/api-server/kubeconfig.ts";
import { listen } from "../support/api-server/listen.ts";
import {
	clusterOf,
	dumpFiles,
	dumpHere,
	dumpLive,
	expectResult,
	expectTrouble,
	READER,
	SHOP,
	serve,
} from "../support/api-server/live-run.ts";
import { type Run, svcnat } from "../support/svcnat.ts";

const certificates = useCertificates();

const shop = await dumpFiles(SHOP);

async function startProxy(credentials?: string): Promise<ConnectProxy> {
	const proxy = await startConnectProxy(credentials);
	onTestFinished(() => proxy.close());
	return proxy;
}

/**
 * A server, and a kubeconfig for it under an address that is not loopback, since that is never reached through a proxy
 * of the environment.
 */
async function serveOutside(proxyURL?: string) {
	const { server, folder } = await serve(certificates);
	const address = `0.0.0.0:${server.port}`;
	const cluster = { ...clusterOf(certificates, `https://${address}`), ...(proxyURL ? { "proxy-url": proxyURL } : {}) };
	const kubeconfig = writeKubeconfig(folder, kubeconfigOf({ cluster, user: { token: READER.token } }));
	return { address, server, kubeconfig };
}

/** Reads such a server within the test's process, with an environment that holds these variables too. */
async function dump(env: Readonly<Record<string, string>>, proxyURL?: string) {
	const { address, server, kubeconfig } = await serveOutside(proxyURL);
	return { address, server, run: await dumpWith(kubeconfig, env) };
}

async function dumpWith(kubeconfig: string, env: Readonly<Record<string, string>>): Promise<Run> {
	for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
	try {
		return await dumpHere(kubeconfig);
	} finally {
		vi.unstubAllEnvs();
	}
}

describe("proxies", () => {
	it.each([
		"HTTPS_PROXY",
		"https_proxy",
	])("goes through the proxy of %s alone, with TLS to the server", async (name) => {
		const proxy = await startProxy();
		const { address, kubeconfig } = await serveOutside();
		const run = await dumpLive(kubeconfig, [], { [name]: `http://127.0.0.1:${proxy.port}` });
		expectResult(run, shop);
		expect(new Set(proxy.asked)).toEqual(new Set([address]));
	});

	it("goes through the proxy of the kubeconfig, which wins over the environment", async () => {
		const [proxy, other] = [await startProxy(), await startProxy()];
		const env = { HTTPS_PROXY: `http://127.0.0.1:${other.port}`, NO_PROXY: "*" };
		const { run, address } = await dump(env, `http://127.0.0.1:${proxy.port}`);
		expectResult(run, shop);
		expect(new Set(proxy.asked)).toEqual(new Set([address]));
		expect(other.asked).toEqual([]);
	});

	it("gives the proxy its user name and password", async () => {
		const proxy = await startProxy("jane:s3cret");
		expectResult((await dump({ HTTPS_PROXY: `http://jane:s3cret@127.0.0.1:${proxy.port}` })).run, shop);
		expect(proxy.opened()).toBeGreaterThan(0);
	});

	it.each(["", "jane:s3cret-wrong@"])("says that the proxy wants other credentials than %j", async (credentials) => {
		const proxy = await startProxy("jane:s3cret");
		const { run, server } = await dump({ HTTPS_PROXY: `http://${credentials}127.0.0.1:${proxy.port}` });
		expectTrouble(run, /proxy/, `127.0.0.1:${proxy.port}`, "407");
		expect(server.received).toEqual([]);
	});

	it.each([
		"0.0.0.0",
		"0.0.0.0/8",
		"*",
		"example.com, 0.0.0.0",
	])("goes past the proxy for NO_PROXY=%s", async (exceptions) => {
		const proxy = await startProxy();
		const env = { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`, NO_PROXY: exceptions };
		expectResult((await dump(env)).run, shop);
		expect(proxy.asked).toEqual([]);
	});

	it("does not take the proxy of plain HTTP, nor one for this machine", async () => {
		const proxy = await startProxy();
		const url = `http://127.0.0.1:${proxy.port}`;
		expectResult((await dump({ HTTP_PROXY: url })).run, shop);
		const { kubeconfig } = await serve(certificates);
		expectResult(await dumpWith(kubeconfig, { HTTPS_PROXY: url }), shop);
		expect(proxy.asked).toEqual([]);
	});

	it("says that nobody listens at the proxy's port, and does not go past it", async () => {
		const proxy = await startConnectProxy();
		await proxy.close();
		const { run, server } = await dump({ HTTPS_PROXY: `http://jane:s3cret@127.0.0.1:${proxy.port}` });
		expectTrouble(run, /proxy/, `127.0.0.1:${proxy.port}`, /refused/);
		expect(server.received).toEqual([]);
	});

	it("comes to an end when the proxy never answers the request for a tunnel", async () => {
		const sockets = new Set<Socket>();
		const silent = createServer((socket) => sockets.add(socket));
		const port = await listen(silent);
		onTestFinished(() => {
			for (const socket of sockets) socket.destroy();
			silent.close();
		});
		const { server, kubeconfig } = await serveOutside();
		const env = { HTTPS_PROXY: `http://127.0.0.1:${port}` };
		const run = await svcnat(["dump", "--kubeconfig", kubeconfig, "--request-timeout", "1"], { env });
		expectTrouble(run, "nothing came for 1 s (--request-timeout)");
		expect(sockets.size).toBe(2);
		expect(server.received).toEqual([]);
	}, 20_000);

	it("refuses a proxy that is no URL, without showing it", async () => {
		expectTrouble((await dump({ HTTPS_PROXY: "ftp://jane:s3cret@127.0.0.1" })).run, "HTTPS_PROXY");
		expectTrouble((await dump({}, "ftp://jane:s3cret@127.0.0.1")).run, "proxy-url");
	});
});
