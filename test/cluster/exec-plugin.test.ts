import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { readLiveCluster } from "../../src/cluster/read-live-cluster.ts";
import { useCertificates } from "../support/api-server/certificates.ts";
import { base64, kubeconfigOf, writeKubeconfig } from "../support/api-server/kubeconfig.ts";
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
import { READER_RULES } from "../support/api-server/users.ts";
import { isRunning } from "../support/is-running.ts";

const certificates = useCertificates();

const shop = await dumpFiles(SHOP);

/** Objects of these fields are what a plugin prints. */
function credential(status: Readonly<Record<string, string | undefined>>): string {
	return JSON.stringify({ apiVersion: API_VERSION, kind: "ExecCredential", status });
}

const API_VERSION = "client.authentication.k8s.io/v1";

/** A run whose credentials come from a plugin, a shell script, in the folder of the kubeconfig. */
async function dumpWith(script: string, exec: Readonly<Record<string, unknown>> = {}, dump = dumpHere) {
	const users = [READER, { name: "reader", rules: READER_RULES }];
	const served = await serve(certificates, { users });
	writeFileSync(join(served.folder, "plugin"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
	const user = { exec: { apiVersion: API_VERSION, command: "./plugin", interactiveMode: "IfAvailable", ...exec } };
	const cluster = clusterOf(certificates, served.server.url);
	const file = writeKubeconfig(served.folder, kubeconfigOf({ cluster, user }));
	return { ...served, run: await dump(file) };
}

describe("exec plugins", () => {
	it("give a token; they are asked once, found relative to the kubeconfig, with their arguments and environment", async () => {
		const env = [{ name: "STAGE", value: "production" }];
		const script = `echo "$1 $STAGE" >>"$(dirname "$0")/calls"; cat <<'END'\n${credential({ token: READER.token })}\nEND`;
		const { run, folder } = await dumpWith(script, { args: ["get-token"], env }, dumpLive);
		expectResult(run, shop);
		expect(readFileSync(join(folder, "calls"), "utf8")).toBe("get-token production\n");
	});

	it("are told about the cluster when the kubeconfig says so", async () => {
		const script = `printf %s "$KUBERNETES_EXEC_INFO" >"$(dirname "$0")/info"; cat <<'END'\n${credential({ token: READER.token })}\nEND`;
		const { run, folder, server } = await dumpWith(script, { provideClusterInfo: true });
		expectResult(run, shop);
		const info = JSON.parse(readFileSync(join(folder, "info"), "utf8"));
		expect(info).toMatchObject({ apiVersion: API_VERSION, kind: "ExecCredential" });
		expect(info.spec.cluster.server).toBe(server.url);
		expect(info.spec.interactive).toBe(false);
	});

	it("are told the authority of a file, and what the kubeconfig has for them", async () => {
		const { folder, server } = await serve(certificates);
		writeFileSync(join(folder, "ca.crt"), certificates.ca.cert);
		const script = `printf %s "$KUBERNETES_EXEC_INFO" >"$(dirname "$0")/info"; echo '${credential({ token: READER.token })}'`;
		writeFileSync(join(folder, "plugin"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
		const extensions = [
			{ name: "other", extension: {} },
			{ name: "client.authentication.k8s.io/exec", extension: { audience: "shop" } },
		];
		const cluster = { server: server.url, "certificate-authority": "ca.crt", extensions };
		const exec = { apiVersion: API_VERSION, command: "./plugin", interactiveMode: "Never", provideClusterInfo: true };
		const file = writeKubeconfig(folder, kubeconfigOf({ cluster, user: { exec } }));
		const told = (): unknown => JSON.parse(readFileSync(join(folder, "info"), "utf8")).spec.cluster;
		expectResult(await dumpHere(file), shop);
		expect(told()).toEqual({
			server: server.url,
			"certificate-authority-data": base64(certificates.ca.cert),
			config: { audience: "shop" },
		});
		expectResult(await dumpHere(file, ["--insecure-skip-tls-verify"]), shop);
		expect(told()).toEqual({
			server: server.url,
			"insecure-skip-tls-verify": true,
			config: { audience: "shop" },
		});
	});

	it("give a client certificate", async () => {
		const { cert: clientCertificateData, key: clientKeyData } = certificates.client;
		const { run, server } = await dumpWith(`cat <<'END'\n${credential({ clientCertificateData, clientKeyData })}\nEND`);
		expectResult(run, shop);
		expect(server.received.at(-1)?.who?.name).toBe("reader");
	});

	it("are asked again when the server refuses what they gave", async () => {
		const script = `
			dir=$(dirname "$0")
			if [ -e "$dir/asked" ]; then cat <<'END'
${credential({ token: READER.token })}
END
			else touch "$dir/asked"; cat <<'END'
${credential({ token: "s3cret-of-yesterday" })}
END
			fi`;
		expectResult((await dumpWith(script)).run, shop);
	});

	it("that give what is refused are not asked for ever", async () => {
		const script = `echo x >>"$(dirname "$0")/calls"; cat <<'END'\n${credential({ token: "s3cret-of-yesterday" })}\nEND`;
		const { run, folder } = await dumpWith(script);
		expectTrouble(run, /401|[Uu]nauthorized/);
		expect(readFileSync(join(folder, "calls"), "utf8").length).toBeLessThanOrEqual(2 * 3);
	});

	it("that fail are named, with their status; what they say is shown", async () => {
		const { run } = await dumpWith("echo 'please run: login' >&2; echo s3cret; exit 3", {}, dumpLive);
		expectTrouble(run, "plugin", /status 3/, "please run: login");
	});

	it("that are not there are named, with the hint of the kubeconfig", async () => {
		const { run } = await dumpWith("", { command: "./missing", installHint: "Install it with the tool's package." });
		expectTrouble(run, "missing", "not there", "Install it with the tool's package.");
	});

	it("that print something else are named, and it is not shown", async () => {
		expectTrouble((await dumpWith("echo s3cret")).run, "plugin", "ExecCredential");
		expectTrouble((await dumpWith(`echo '${credential({})}'`)).run, "plugin", "ExecCredential");
	});

	it("that hang behind a wrapper are killed with what it has started, and not waited for", async () => {
		const { server, folder } = await serve(certificates);
		const script = '#!/bin/sh\necho $$ >"$(dirname "$0")/ids"\nsleep 1000 &\necho $! >>"$(dirname "$0")/ids"\nwait\n';
		writeFileSync(join(folder, "plugin"), script, { mode: 0o755 });
		const user = { exec: { apiVersion: API_VERSION, command: "./plugin", interactiveMode: "Never" } };
		const kubeconfig = writeKubeconfig(folder, kubeconfigOf({ cluster: clusterOf(certificates, server.url), user }));
		await expect(readLiveCluster({ kubeconfig, pluginTimeoutSeconds: 0.5 })).rejects.toThrow(
			/plugin, which .*, took more than 0.5 s$/,
		);
		const ids = readFileSync(join(folder, "ids"), "utf8").trim().split("\n");
		expect(ids).toHaveLength(2);
		for (const id of ids) await vi.waitFor(() => expect(isRunning(id)).toBe(false), { timeout: 5000 });
	});

	it("that want a terminal are an error without one", async () => {
		const { run } = await dumpWith("exit 1", { interactiveMode: "Always" });
		expectTrouble(run, "plugin", /terminal/);
	});
});
