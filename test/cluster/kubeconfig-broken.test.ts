import { createServer } from "node:http";
import { describe, expect, it, onTestFinished } from "vitest";
import { useCertificates } from "../support/api-server/certificates.ts";
import { base64, kubeconfigOf, writeKubeconfig } from "../support/api-server/kubeconfig.ts";
import { listen } from "../support/api-server/listen.ts";
import {
	dumpFiles,
	dumpHere,
	expectResult,
	expectTrouble,
	NODE_ARGUMENTS,
	READER,
	readerConfig,
	SHOP,
	serve,
} from "../support/api-server/live-run.ts";
import { svcnat } from "../support/svcnat.ts";

const certificates = useCertificates();

const shop = await dumpFiles(SHOP);

describe("broken kubeconfigs", () => {
	const good = readerConfig(certificates, "https://127.0.0.1:1");
	const cases: readonly (readonly [
		name: string,
		content: Readonly<Record<string, unknown>> | string,
		words: readonly (string | RegExp)[],
	])[] = [
		["not YAML", "clusters: [\n  token: s3cret", [/YAML/, /config/]],
		["a list", "- s3cret\n", [/kubeconfig/]],
		["no current context", { ...good, "current-context": "" }, [/current context/, "--context", "test"]],
		["a current context that is not there", { ...good, "current-context": "prod" }, ["prod", "test"]],
		["no cluster", { ...good, clusters: [] }, ["test-cluster"]],
		["no user", { ...good, users: [] }, ["test-user"]],
		["no server", kubeconfigOf({ cluster: {}, user: {} }), [/server/]],
		["a server that is no URL", kubeconfigOf({ cluster: { server: "https://:x" }, user: {} }), [/server/]],
		[
			"an authority that is not there",
			withAuthority({ "certificate-authority": "/nonexistent/ca" }),
			["/nonexistent/ca"],
		],
		["contexts that are no list", { ...good, contexts: "s3cret" }, [/contexts/, /list/]],
	];

	it.each(cases)("are named with what is wrong: %s", async (_, content, words) => {
		const { folder } = await serve(certificates);
		const file = writeKubeconfig(folder, content);
		expectTrouble(await dumpHere(file), ...words);
	});

	it.each([
		["no base64", "%%%"],
		["no certificate", base64("none")],
		["a certificate that is cut off", base64(certificates.ca.cert.slice(0, 200))],
	])("are named with what is wrong: an authority that is %s", async (_, authority) => {
		const { server, folder } = await serve(certificates);
		const cluster = { server: server.url, "certificate-authority-data": authority };
		const file = writeKubeconfig(folder, kubeconfigOf({ cluster, user: { token: READER.token } }));
		expectTrouble(await dumpHere(file), /authority/);
		expect(server.received).toEqual([]);
	});

	it("are named when they are not there", async () => {
		expectTrouble(await dumpHere("/nonexistent/config"), "/nonexistent/config", /no such file/);
	});

	it("are not used when there are objects in files", async () => {
		const run = await svcnat(["dump", "-f", SHOP, "--kubeconfig", "/nonexistent/config", ...NODE_ARGUMENTS]);
		expectTrouble(run, "-f", "--kubeconfig");
		const env = { KUBECONFIG: "/nonexistent/config" };
		expectResult(await svcnat(["dump", "-f", SHOP, ...NODE_ARGUMENTS], { env }), shop);
	});
});

describe("credentials on plain HTTP", () => {
	it("are not sent to a server without TLS", async () => {
		const authorizations: (string | undefined)[] = [];
		const server = createServer((request, response) => {
			authorizations.push(request.headers.authorization);
			response.writeHead(401).end();
		});
		const port = await listen(server);
		onTestFinished(() => server.closeAllConnections());
		onTestFinished(() => void server.close());
		const config = kubeconfigOf({ cluster: { server: `http://127.0.0.1:${port}` }, user: { token: READER.token } });
		expectTrouble(await dumpHere(writeKubeconfig(certificates.directory, config)), `127.0.0.1:${port}`, "http://");
		expect(new Set(authorizations)).toEqual(new Set([undefined]));
	});
});

function withAuthority(fields: Readonly<Record<string, string>>): Readonly<Record<string, unknown>> {
	return kubeconfigOf({ cluster: { server: "https://127.0.0.1:1", ...fields }, user: {} });
}
