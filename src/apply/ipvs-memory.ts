import type { Since } from "./ipvs-drain.ts";
import { isRecord, readStateFile, removeStateFile, writeStateFile } from "./state-file.ts";

/** What later runs have to know of the IPVS mode and the kernel does not tell. */
export interface IpvsMemory {
	readonly draining: Since;
	/** The kernel's timers before svcnat set them. */
	readonly timeouts: readonly string[] | undefined;
}

const FILE = "ipvs.json";

/** Reads what was remembered in a directory; nothing when there is no such file or it is damaged. */
export function readIpvsMemory(directory: string): IpvsMemory {
	const { value } = readStateFile(directory, FILE);
	if (!isRecord(value)) return { draining: {}, timeouts: undefined };
	const { draining, timeouts } = value;
	const times = isRecord(draining) ? Object.entries(draining) : [];
	return {
		draining: Object.fromEntries(times.filter((one): one is [string, number] => Number.isFinite(one[1]))),
		timeouts: Array.isArray(timeouts) && timeouts.length === 3 && timeouts.every(isNumber) ? timeouts : undefined,
	};
}

function isNumber(value: unknown): boolean {
	return typeof value === "string" && /^\d{1,9}$/.test(value);
}

/** Remembers, in one step, if it is something new; the first timers that were remembered stay. */
export function writeIpvsMemory(directory: string, memory: IpvsMemory): void {
	const before = readIpvsMemory(directory);
	const now = { draining: memory.draining, timeouts: before.timeouts ?? memory.timeouts };
	if (JSON.stringify(now) === JSON.stringify(before)) return;
	writeStateFile(directory, FILE, now);
}

/** Forgets everything. */
export function forgetIpvs(directory: string): void {
	removeStateFile(directory, FILE);
}
