import { fstatSync, writeFileSync } from "node:fs";

/**
 * Makes a stream that goes to a file write all of it or fail. Node writes each chunk once and does not look how much of
 * it was taken, so that on a full disk a part would pass for the whole.
 *
 * @param descriptor of the file
 */
export function writeWhole(stream: NodeJS.WriteStream, descriptor: number): void {
	if (!fstatSync(descriptor).isFile()) return;
	stream._write = (chunk: Uint8Array | string, encoding, done) => {
		try {
			writeFileSync(descriptor, chunk, { encoding: typeof chunk === "string" ? encoding : null });
			done();
		} catch (error) {
			done(error instanceof Error ? error : new Error(String(error)));
		}
	};
}
