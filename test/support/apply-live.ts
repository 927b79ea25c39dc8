import { createServer as createHttpServer } from "node:http";
import { connect, createServer, type Server } from "node:net";
import { join } from "node:path";
import { pipeline } from "node:stream";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import type { ApiServer } from "./api-server/api-server.ts";
import type { Certificates } from "./api-server/certificates.ts";
import type { Fault } from "./api-server/faults.ts";
import { writeKubeconfig } from "./api-server/kubeconfig.ts";
import { READER, readerConfig, serve } from "./api-server/live-run.ts";
import { type KubeObject, objectsOf } from "./api-server/objects.ts";
import type { User } from "./api-server/users.ts";
import { HERE, shopWith, start, until } from "./apply-every.ts";
import type { Step } from "./apply-session.ts";
import type { Variant } from "./kernel-load.ts";
import { SVCNAT } from "./svcnat.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

const RELAY = fileURLToPath(new URL("./apply-live-relay.js", import.meta.url));

/** Where the API server is in the network namespace of a session. */
export const API_PORT = 6443;

/** How a server treats requests; without anything it is as it should be. */
export interface Behaviour {
	readonly faults?: readonly Fault[];
	/** Default: those it was started with. */
	readonly users?: readonly User[];
}

/** An API server in the process of the tests that a session reaches, and does things with. */
export interface LiveApi {
	readonly server: ApiServer;
	/** Of the session. It holds `kubeconfig`, that of `READER`. */
	readonly directory: string;
	/** A step that the process of the tests takes; it fails when this throws. */
	step(does: Deed): Step;
	/** From now on. */
	behave(how: Behaviour): void;
}

type Deed = () => void | Promise<void>;

/**
 * Starts an API server for a session. It is gone when the test ends.
 *
 * @param objects default: the shop
 * @param first who has credentials, as long as nothing else is said
 */
export async function serveSession(
	certificates: Certificates,
	objects: readonly KubeObject[] = shopAt(HERE),
	first: readonly User[] = [READER],
): Promise<LiveApi> {
	const directory = temporaryDirectory();
	const faults: Fault[] = [];
	const users = [...first];
	const { server } = await serve(certificates, { objects, users, faults });
	writeKubeconfig(directory, readerConfig(certificates, `https://127.0.0.1:${API_PORT}`), "kubeconfig");
	await listenAt(
		join(directory, "api"),
		createServer((from) => pipeline(from, connect(server.port, "127.0.0.1"), from, () => {})),
	);
	const deeds: Deed[] = [];
	await listenAt(join(directory, "tests"), deedServer(deeds));
	const step = (does: Deed): Step => ({
		shell: `'${process.execPath}' -e '${ASK}' "$SESSION/tests" /${deeds.push(does) - 1}`,
	});
	const behave = (how: Behaviour): void => {
		faults.splice(0, faults.length, ...(how.faults ?? []));
		users.splice(0, users.length, ...(how.users ?? first));
	};
	return { server, directory, step, behave };
}

/** The objects of the shop as an API server has them, with the endpoint of `cart` at an address. */
export function shopAt(address: string): readonly KubeObject[] {
	return objectsOf(JSON.parse(shopWith(address)));
}

/** Slices of no Service, so many that those of the shop are on the second page. */
export const MANY_SLICES: readonly KubeObject[] = Array.from({ length: 520 }, (_, index) => ({
	apiVersion: "discovery.k8s.io/v1",
	kind: "EndpointSlice",
	metadata: { name: `s-${index}`, namespace: "a-first", labels: { "kubernetes.io/service-name": "gone" } },
	addressType: "IPv4",
	endpoints: [],
	ports: [],
}));

const RELAY_WORDS = `'${process.execPath}' '${RELAY}' ${API_PORT} "$SESSION/api" "$SESSION/link"`;

/** Seconds after which what runs in the background is killed, should the session end before it. */
const LIMIT = 300;

/** Lets the session reach the API server, until `UNLINK`. */
export const LINK: Step = {
	shell: `timeout -s KILL ${LIMIT} ${RELAY_WORDS} >/dev/null 2>&1 </dev/null &\n${until('[ -s "$SESSION/link" ]')}`,
};

/** Nobody listens at the port of the API server any more; a session that was linked ends with this. */
export const UNLINK: Step = {
	shell:
		'id=$(cat "$SESSION/link"); kill "$id"; while kill -0 "$id" 2>/dev/null; do sleep 0.02; done; rm "$SESSION/link"',
};

/** `svcnat apply` of the cluster, as words for a shell. */
function applyLiveWords(variant: Variant): string {
	const words = ["apply", "--kubeconfig", '"$SESSION/kubeconfig"', "--node", "worker-1"];
	const state = '--cluster-cidr 10.244.0.0/16 --state-dir "$SESSION/state"';
	return `'${SVCNAT}' ${words.join(" ")} --iptables ${variant} ${state}`;
}

/** `svcnat apply` of the cluster. */
export function applyLive(variant: Variant): Step {
	return { shell: `'${process.execPath}' ${applyLiveWords(variant)}` };
}

/** Starts `svcnat apply --every 200ms` of the cluster in the background, with more options as words for a shell. */
export function startLive(variant: Variant, more = "", every = "200ms"): Step {
	return start({ variant, every, limitSeconds: LIMIT, apply: `${applyLiveWords(variant)} ${more}` });
}

const ASK = `require("node:http").get({ socketPath: process.argv[1], path: process.argv[2] }, (got) => {
	process.exitCode = got.statusCode === 200 ? 0 : 1;
	got.pipe(process.stderr);
})`;

function deedServer(deeds: readonly Deed[]): Server {
	return createHttpServer(async (request, response) => {
		try {
			await deeds[Number((request.url ?? "").slice(1))]?.();
			response.end();
		} catch (error) {
			response.writeHead(500).end(String(error));
		}
	});
}

/** Lets a server listen at a Unix socket until the test ends. */
async function listenAt(path: string, server: Server): Promise<void> {
	await new Promise<void>((resolve, reject) => {
		server.once("error", reject);
		server.listen(path, resolve);
	});
	onTestFinished(() => void server.close());
}
