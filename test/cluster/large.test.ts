import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { describe, expect, it } from "vitest";
import { useCertificates } from "../support/api-server/certificates.ts";
import { NODE_ARGUMENTS, serve } from "../support/api-server/live-run.ts";
import { manyServices } from "../support/api-server/many-services.ts";
import { IS_LONG } from "../support/is-long.ts";
import { SVCNAT } from "../support/svcnat.ts";

const certificates = useCertificates();

/** The long tests read as many slices as the largest clusters have. */
const [SERVICES, SLICES] = IS_LONG ? [20_000, 100_000] : [2000, 10_000];

/** So few take next to nothing. */
const FEW = 10;

/** What the objects may take, of what they take when they are read from one file, whose text is there as a whole. */
const MOST_OF_FILE = 0.85;

/** How much the whole process may take, of what it takes when it reads the file: it has TLS and a client of the API beside. */
const MOST_OF_PROCESS = 1.4;

/** Makes a program tell at its end how much memory it took at most, in kB. */
const MEASURE = `
import { readFileSync, writeFileSync } from "node:fs";
process.on("exit", () => {
	const [, peak] = /VmHWM:\\s*(\\d+)/.exec(readFileSync("/proc/self/status", "utf8"));
	writeFileSync(process.env.PEAK_FILE, peak);
});
`;

describe.skipIf(process.platform !== "linux")(`a cluster of ${SLICES} EndpointSlices`, () => {
	it("is read page by page, with less memory than its objects take in a file", { timeout: 900_000 }, async () => {
		const { saved, live, received, megabytes } = await bothWays(SERVICES, SLICES);
		expect(live.stdout === saved.stdout).toBe(true);
		expect(live.stdout.length).toBeGreaterThan(SLICES * 100);
		const pages = received.filter(({ on }) => on === "endpointslices");
		expect(pages.map(({ page }) => page)).toEqual(Array.from({ length: SLICES / 500 }, (_, index) => index + 1));
		for (const [name, { seconds, peak }] of Object.entries({ "from a file": saved, "from a server": live })) {
			const figures = `${seconds.toFixed(1)} s, at most ${peak.toFixed(0)} MB, ${(peak / megabytes).toFixed(1)} times the JSON`;
			process.stdout.write(`${SLICES} slices, ${megabytes.toFixed(0)} MB of JSON, ${name}: ${figures}\n`);
		}
		expect(live.peak).toBeLessThan(saved.peak * MOST_OF_PROCESS);
		// What the program itself takes, with TLS and without, is not what the objects take.
		const few = await bothWays(FEW, FEW);
		expect(live.peak - few.live.peak).toBeLessThan((saved.peak - few.saved.peak) * MOST_OF_FILE);
	});
});

/** Reads a cluster from one file, and from a server. */
async function bothWays(services: number, slices: number) {
	const objects = [...manyServices({ services, slices })];
	const { server, kubeconfig, folder } = await serve(certificates, { objects });
	const file = join(folder, "objects.json");
	const items = [...server.state.current().stored.values()].flat().map(({ object }) => object);
	const text = JSON.stringify({ apiVersion: "v1", kind: "List", items });
	writeFileSync(file, text);
	const saved = await measured(folder, ["-f", file]);
	const live = await measured(folder, ["--kubeconfig", kubeconfig]);
	return { saved, live, received: server.received, megabytes: text.length / 1e6 };
}

/** What a run gave and took. */
interface Measured {
	readonly stdout: string;
	readonly seconds: number;
	/** MB of memory at most. */
	readonly peak: number;
}

async function measured(folder: string, input: readonly string[]): Promise<Measured> {
	const preload = join(folder, "measure.mjs");
	const peakFile = join(folder, "peak");
	writeFileSync(preload, MEASURE);
	const args = ["--import", preload, SVCNAT, "dump", ...input, ...NODE_ARGUMENTS];
	const start = performance.now();
	const { stdout } = await execa(process.execPath, args, {
		env: { PEAK_FILE: peakFile },
		stripFinalNewline: false,
		maxBuffer: 400_000_000,
	});
	const seconds = (performance.now() - start) / 1000;
	return { stdout, seconds, peak: Number(readFileSync(peakFile, "utf8")) / 1024 };
}
