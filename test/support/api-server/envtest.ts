import { execFileSync, spawn } from "node:child_process";
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type ApiClient, newApiClient } from "./api-client.ts";
import { type Certificates, makeCertificates } from "./certificates.ts";
import { listen } from "./listen.ts";
import { NOBODY, READER, SHOP_OBJECTS } from "./live-run.ts";
import { loadObjects } from "./load-objects.ts";
import { ADMIN, type TestCluster } from "./test-cluster.ts";

/** Where kube-apiserver and etcd are, by the convention of envtest. */
const ASSETS = process.env["KUBEBUILDER_ASSETS"] ?? "";

/** The server keeps its own Service to itself. */
const OBJECTS = SHOP_OBJECTS.filter(({ metadata }) => metadata.name !== "kubernetes");

/** How long the programs may take until they answer, in milliseconds. */
const START_TIME = 60_000;

/** Why no real API server can be started; undefined when there is one. */
export function envtestProblem(): string | undefined {
	if (ASSETS === "") return "KUBEBUILDER_ASSETS is not set (a folder with kube-apiserver and etcd)";
	const missing = ["etcd", "kube-apiserver"].filter((program) => !existsSync(join(ASSETS, program)));
	return missing.length > 0 ? `${ASSETS} has no ${missing.join(", ")}` : undefined;
}

/** Starts etcd and kube-apiserver, and loads the example's objects. What was started is stopped on every error. */
export async function startRealCluster(): Promise<TestCluster> {
	const certificates = makeCertificates();
	const folder = mkdtempSync(join(tmpdir(), "svcnat-envtest-"));
	const programs: Program[] = [];
	const stop = async (): Promise<void> => {
		for (const program of programs.toReversed()) await program.stop();
		rmSync(folder, { recursive: true, force: true });
		certificates.remove();
	};
	try {
		const [client, peer, secure] = await Promise.all([freePort(), freePort(), freePort()]);
		programs.push(start("etcd", etcdArguments(folder, client, peer), folder));
		programs.push(start("kube-apiserver", apiServerArguments(folder, certificates, { client, secure }), folder));
		const url = `https://127.0.0.1:${secure}`;
		await untilReady(url, certificates, programs);
		await loadObjects(newApiClient(url, certificates, ADMIN.token ?? ""), OBJECTS, [READER, NOBODY]);
		await untilGranted(newApiClient(url, certificates, READER.token ?? ""));
		return { url, certificates, admin: ADMIN, stop };
	} catch (error) {
		await stop();
		throw error;
	}
}

interface Program {
	readonly name: string;
	/** The end of what it printed. */
	readonly log: () => string;
	readonly hasEnded: () => boolean;
	stop(): Promise<void>;
}

function start(name: string, args: readonly string[], folder: string): Program {
	const logFile = join(folder, `${name}.log`);
	const log = openSync(logFile, "w");
	const child = spawn(join(ASSETS, name), args, { cwd: folder, stdio: ["ignore", log, log] });
	closeSync(log);
	const ended = new Promise<void>((resolve) => {
		child.on("exit", () => resolve());
		child.on("error", () => resolve());
	});
	return {
		name,
		log: () => readFileSync(logFile, "utf8").slice(-2000),
		hasEnded: () => child.exitCode !== null || child.signalCode !== null || child.pid === undefined,
		stop: async () => {
			child.kill("SIGTERM");
			const timer = setTimeout(() => child.kill("SIGKILL"), 10_000);
			await ended;
			clearTimeout(timer);
		},
	};
}

function etcdArguments(folder: string, client: number, peer: number): readonly string[] {
	const clients = `http://127.0.0.1:${client}`;
	const peers = `http://127.0.0.1:${peer}`;
	return [
		`--data-dir=${join(folder, "etcd")}`,
		`--listen-client-urls=${clients}`,
		`--advertise-client-urls=${clients}`,
		`--listen-peer-urls=${peers}`,
		`--initial-advertise-peer-urls=${peers}`,
		`--initial-cluster=default=${peers}`,
		"--unsafe-no-fsync",
	];
}

function apiServerArguments(
	folder: string,
	{ server, ca }: Certificates,
	ports: { readonly client: number; readonly secure: number },
): readonly string[] {
	const tokens = join(folder, "tokens.csv");
	const lines = [
		`${ADMIN.token},${ADMIN.name},1,"system:masters"`,
		`${READER.token},${READER.name},2`,
		`${NOBODY.token},${NOBODY.name},3`,
	];
	writeFileSync(tokens, `${lines.join("\n")}\n`, { mode: 0o600 });
	const publicKey = join(folder, "service-account.pub");
	execFileSync("openssl", ["pkey", "-in", server.keyFile, "-pubout", "-out", publicKey], { stdio: "ignore" });
	return [
		`--etcd-servers=http://127.0.0.1:${ports.client}`,
		"--bind-address=127.0.0.1",
		"--advertise-address=127.0.0.1",
		`--secure-port=${ports.secure}`,
		`--tls-cert-file=${server.certFile}`,
		`--tls-private-key-file=${server.keyFile}`,
		`--client-ca-file=${ca.certFile}`,
		`--token-auth-file=${tokens}`,
		"--authorization-mode=RBAC",
		"--service-account-issuer=https://127.0.0.1",
		`--service-account-key-file=${publicKey}`,
		`--service-account-signing-key-file=${server.keyFile}`,
		"--disable-admission-plugins=ServiceAccount",
		"--service-cluster-ip-range=10.96.0.0/12,fd00:10:96::/108",
	];
}

async function untilReady(url: string, certificates: Certificates, programs: readonly Program[]): Promise<void> {
	const client = newApiClient(url, certificates, ADMIN.token ?? "");
	const end = Date.now() + START_TIME;
	for (;;) {
		const ready = await client.send("GET", "/readyz").catch(() => undefined);
		if (ready?.code === 200) return;
		const ended = programs.find((program) => program.hasEnded());
		if (ended !== undefined) throw new Error(`${ended.name} ended: ${ended.log()}`);
		if (Date.now() > end) throw new Error(`not ready in time: ${programs.map(({ log }) => log()).join("\n")}`);
		await sleep(200);
	}
}

/** The server takes a moment until it goes by rights that were just granted. */
async function untilGranted(client: ApiClient): Promise<void> {
	const end = Date.now() + START_TIME;
	for (const path of [
		"/api/v1/services",
		"/api/v1/nodes",
		`${DISCOVERY}/endpointslices`,
		`${NETWORKING}/servicecidrs`,
	]) {
		while ((await client.send("GET", path)).code === 403) {
			if (Date.now() > end) throw new Error(`${path}: not granted in time`);
			await sleep(100);
		}
	}
}

const DISCOVERY = "/apis/discovery.k8s.io/v1";
const NETWORKING = "/apis/networking.k8s.io/v1";

async function freePort(): Promise<number> {
	const server = createServer();
	const port = await listen(server);
	await new Promise((resolve) => server.close(resolve));
	return port;
}
