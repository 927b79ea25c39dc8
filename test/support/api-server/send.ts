import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import type { Misdeed } from "./faults.ts";
import type { StatusAnswer } from "./status.ts";

/** API servers compress what is longer. */
const GZIP_FROM_BYTES = 128 * 1024;

/** Where an answer goes. */
export interface Destination {
	readonly response: ServerResponse;
	/** Below TLS. */
	readonly connection: Socket | undefined;
	readonly acceptsGzip: boolean;
}

/** Sends an answer, as well as the fault lets it. */
export async function send(destination: Destination, answer: StatusAnswer, fault: Misdeed | undefined): Promise<void> {
	const { response, connection } = destination;
	const { headers, bytes } = encode(answer, destination.acceptsGzip);
	if (fault?.kind === "stalls" && fault.afterBytes === 0) return;
	if (fault?.kind === "resets" && fault.afterBytes === 0) {
		connection?.resetAndDestroy();
		return;
	}
	response.writeHead(answer.code, { "audit-id": "6f1c0b5e-0000-4000-8000-000000000000", ...headers });
	switch (fault?.kind) {
		case "stalls":
		case "resets":
		case "ends":
			response.write(bytes.subarray(0, fault.afterBytes));
			await sleep(20);
			if (fault.kind === "resets") connection?.resetAndDestroy();
			if (fault.kind === "ends") response.socket?.end();
			return;
		case "drips":
			await drip(response, bytes, fault);
			return;
		default:
			response.end(bytes);
	}
}

async function drip(
	response: ServerResponse,
	bytes: Buffer,
	{ pieces, pauseMilliseconds }: { readonly pieces: number; readonly pauseMilliseconds: number },
): Promise<void> {
	const size = Math.ceil(bytes.length / pieces);
	for (let start = 0; start < bytes.length; start += size) {
		await sleep(pauseMilliseconds);
		if (response.destroyed) return;
		response.write(bytes.subarray(start, start + size));
	}
	response.end();
}

interface Encoded {
	readonly headers: Readonly<Record<string, string | number>>;
	readonly bytes: Buffer;
}

function encode({ headers, body }: StatusAnswer, acceptsGzip: boolean): Encoded {
	const plain = Buffer.from(typeof body === "string" ? body : `${goJSON(body)}\n`);
	const isCompressed = acceptsGzip && plain.length > GZIP_FROM_BYTES;
	const bytes = isCompressed ? gzipSync(plain, { level: 1 }) : plain;
	const encoding = isCompressed ? { "content-encoding": "gzip", vary: "Accept-Encoding" } : {};
	return { headers: { ...headers, ...encoding, "content-length": bytes.length }, bytes };
}

/** JSON as Go writes it. */
function goJSON(value: unknown): string {
	return JSON.stringify(value).replace(
		/[<>&\u2028\u2029]/g,
		(character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
	);
}
