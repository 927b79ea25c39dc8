import { createServer, type IncomingMessage } from "node:http";
import { connect, type Socket } from "node:net";
import { listen } from "./listen.ts";

/** A proxy that runs until it is closed. */
export interface ConnectProxy {
	readonly port: number;
	/** `host:port` of every tunnel that was asked for, in order; those refused for want of credentials too. */
	readonly asked: readonly string[];
	/** How many of them were opened. */
	readonly opened: () => number;
	close(): Promise<void>;
}

/** Starts an HTTP proxy that opens tunnels, only for `credentials` (`user:password`) when they are given. */
export async function startConnectProxy(credentials?: string): Promise<ConnectProxy> {
	const asked: string[] = [];
	const sockets = new Set<Socket>();
	let opened = 0;
	const server = createServer((_request, response) => response.writeHead(405).end());
	server.on("connect", (request: IncomingMessage, client: Socket) => {
		asked.push(request.url ?? "");
		if (!isAllowed(request, credentials)) {
			client.end('HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="tests"\r\n\r\n');
			return;
		}
		opened++;
		for (const socket of [client, tunnel(request, client)]) {
			sockets.add(socket);
			socket.on("close", () => sockets.delete(socket));
		}
	});
	const port = await listen(server);
	const close = (): Promise<void> => {
		for (const socket of sockets) socket.destroy();
		server.closeAllConnections();
		return new Promise((resolve) => server.close(() => resolve()));
	};
	return { port, asked, opened: () => opened, close };
}

function isAllowed({ headers }: IncomingMessage, credentials: string | undefined): boolean {
	if (credentials === undefined) return true;
	return headers["proxy-authorization"] === `Basic ${Buffer.from(credentials).toString("base64")}`;
}

function tunnel(request: IncomingMessage, client: Socket): Socket {
	const { hostname, port } = new URL(`http://${request.url}`);
	const upstream = connect(Number(port), hostname.replace(/^\[|\]$/g, ""), () => {
		client.write("HTTP/1.1 200 Connection established\r\n\r\n");
		upstream.pipe(client);
		client.pipe(upstream);
	});
	upstream.on("error", () => client.destroy());
	client.on("error", () => upstream.destroy());
	return upstream;
}
