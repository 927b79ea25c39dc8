// @ts-check
import { renameSync, writeFileSync } from "node:fs";

/**
 * Loaded in front of svcnat, in a Node with --expose-gc: collects garbage at SIGUSR2 and writes down how many bytes are in
 * use then, on the heap and in all.
 */
process.on("SIGUSR2", () => {
	globalThis.gc?.();
	globalThis.gc?.();
	const { heapUsed, rss } = process.memoryUsage();
	const file = `${process.env["SESSION"]}/heap`;
	writeFileSync(`${file}.new`, `${JSON.stringify({ heapUsed, rss })}\n`);
	renameSync(`${file}.new`, file);
});
