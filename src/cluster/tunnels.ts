import type { Agent, ClientRequestArgs } from "node:http";
import type { Duplex } from "node:stream";

/** An agent that asks an HTTP proxy for a tunnel, as client-node makes one. */
interface TunnelAgent extends Agent {
	/** Options of the request with which it asks; read each time. */
	proxyRequestOptions: object;
	createConnection(options: ClientRequestArgs, callback: Opened): Duplex | null | undefined;
}

type Opened = (error: Error | null, stream: Duplex) => void;

function opensTunnels(agent: Agent): agent is TunnelAgent {
	return "proxyRequestOptions" in agent;
}

/**
 * Lets requests for tunnels be given up. Neither the end of a request nor that of its agent ends them, and a proxy that
 * never answers one would keep the process alive.
 *
 * @returns gives up those that are not answered yet
 */
export function watchTunnels(agent: Agent): () => void {
	if (!opensTunnels(agent)) return () => {};
	const pending = new Set<AbortController>();
	const connect = agent.createConnection.bind(agent);
	agent.createConnection = (options, callback) => {
		const asking = new AbortController();
		pending.add(asking);
		agent.proxyRequestOptions = { signal: asking.signal };
		return connect(options, (error, stream) => {
			pending.delete(asking);
			callback(error, stream);
		});
	};
	return () => {
		for (const asking of pending) asking.abort();
	};
}
