// @ts-check
import { writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { pipeline } from "node:stream";

/**
 * `node apply-live-relay.js PORT SOCKET FILE` takes connections at a port of 127.0.0.1, in the network namespace it is
 * started in, to a Unix socket, which is reached from every namespace. Its process ID is in the file once it listens.
 */
const [, , port, socket = "", file = ""] = process.argv;

const server = createServer((from) => {
	const to = connect(socket);
	pipeline(from, to, from, () => {});
});
server.listen(Number(port), "127.0.0.1", () => writeFileSync(file, `${process.pid}\n`));
