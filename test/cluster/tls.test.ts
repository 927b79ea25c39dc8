import { describe, expect, it } from "vitest";
import { useCertificates } from "../support/api-server/certificates.ts";
import { kubeconfigOf, writeKubeconfig } from "../support/api-server/kubeconfig.ts";
import {
	clusterOf,
	dumpFiles,
	dumpHere,
	expectResult,
	expectTrouble,
	READER,
	readerConfig,
	SHOP,
	serve,
} from "../support/api-server/live-run.ts";

const certificates = useCertificates();

const shop = await dumpFiles(SHOP);

describe("TLS", () => {
	it("refuses a server whose authority it does not know", async () => {
		const { server, folder } = await serve(certificates);
		const cluster = { ...clusterOf(certificates, server.url), "certificate-authority-data": undefined };
		const file = writeKubeconfig(folder, JSON.stringify(kubeconfigOf({ cluster, user: { token: READER.token } })));
		expectTrouble(await dumpHere(file), /certificate/, /authority/);
		expect(server.received).toEqual([]);
	});

	it("refuses a server of another authority", async () => {
		const { server, folder } = await serve(certificates);
		const file = writeKubeconfig(folder, readerConfig({ ...certificates, ca: certificates.otherCa }, server.url));
		expectTrouble(await dumpHere(file), /certificate/, /authority/);
		expect(server.received).toEqual([]);
	});

	it("refuses a certificate that expired", async () => {
		const { server, kubeconfig } = await serve(certificates, { certificate: certificates.expiredServer });
		expectTrouble(await dumpHere(kubeconfig), /certificate/, /expired/);
		expect(server.received).toEqual([]);
	});

	it("asks a server by the name of tls-server-name", async () => {
		const { server, folder } = await serve(certificates);
		const cluster = { ...clusterOf(certificates, server.url), "tls-server-name": "localhost" };
		const file = writeKubeconfig(folder, kubeconfigOf({ cluster, user: { token: READER.token } }));
		expectResult(await dumpHere(file), shop);
		const other = { ...cluster, "tls-server-name": "kubernetes.example" };
		const wrong = writeKubeconfig(folder, kubeconfigOf({ cluster: other, user: { token: READER.token } }), "wrong");
		expectTrouble(await dumpHere(wrong), /certificate/, "tls-server-name");
	});

	it("reads without checking only when told to, by option or kubeconfig, and warns", async () => {
		const { server, folder } = await serve(certificates, { certificate: certificates.expiredServer });
		const file = writeKubeconfig(folder, readerConfig({ ...certificates, ca: certificates.otherCa }, server.url));
		const byOption = await dumpHere(file, ["--insecure-skip-tls-verify"]);
		expectResult(byOption, shop);
		expect(byOption.stderr).toMatch(/warning: .*TLS|warning: .*certificate/);
		const cluster = { server: server.url, "insecure-skip-tls-verify": true };
		const config = kubeconfigOf({ cluster, user: { token: READER.token } });
		const byConfig = await dumpHere(writeKubeconfig(folder, config, "insecure"));
		expectResult(byConfig, shop);
		expect(byConfig.stderr).toMatch(/warning: .*TLS|warning: .*certificate/);
	});
});
