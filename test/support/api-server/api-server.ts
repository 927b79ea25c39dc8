import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { Socket } from "node:net";
import { type AnswerOptions, answer, type Received } from "./answer.ts";
import type { Certificates, KeyPair } from "./certificates.ts";
import { listen } from "./listen.ts";
import type { KubeObject } from "./objects.ts";
import { send } from "./send.ts";
import { newState, type State } from "./state.ts";

/** What an API server is started with. */
export interface ApiServerOptions extends AnswerOptions {
	readonly certificates: Certificates;
	readonly objects: readonly KubeObject[];
	/** Default: the one that is valid. */
	readonly certificate?: KeyPair;
}

/** A server that runs until it is closed. */
export interface ApiServer {
	readonly port: number;
	/** `https://127.0.0.1:PORT`. */
	readonly url: string;
	readonly state: State;
	/** So far, in order. */
	readonly received: readonly Received[];
	/** Breaks all connections. */
	close(): Promise<void>;
}

/** Starts an API server on a free port of 127.0.0.1, with TLS. */
export async function startApiServer(options: ApiServerOptions): Promise<ApiServer> {
	const { certificates, certificate = certificates.server } = options;
	const state = newState(options.objects);
	const received: Received[] = [];
	const { cert, key } = certificate;
	const server = createServer({ cert, key, ca: certificates.ca.cert, requestCert: true, rejectUnauthorized: false });
	const connections = watchConnections(server);
	server.on("request", (request: IncomingMessage, response: ServerResponse) => {
		const handled = answer(options, state, received, request);
		received.push(handled.received);
		const connection = connections.get(request.socket.remotePort ?? 0);
		const acceptsGzip = (request.headers["accept-encoding"] ?? "").includes("gzip");
		void send({ response, connection, acceptsGzip }, handled.answer, handled.fault);
	});
	const port = await listen(server);
	return { port, url: `https://127.0.0.1:${port}`, state, received, close: () => close(server, connections) };
}

/** The connections below TLS, by the port of the client: TLS sockets cannot be reset. */
function watchConnections(server: Server): ReadonlyMap<number, Socket> {
	const connections = new Map<number, Socket>();
	server.on("connection", (socket: Socket) => {
		const { remotePort = 0 } = socket;
		connections.set(remotePort, socket);
		socket.on("close", () => connections.delete(remotePort));
	});
	return connections;
}

function close(server: Server, connections: ReadonlyMap<number, Socket>): Promise<void> {
	server.closeAllConnections();
	for (const connection of connections.values()) connection.destroy();
	return new Promise((resolve) => server.close(() => resolve()));
}
