import { readFileSync, writeFileSync } from "node:fs";
import type { PlannedCommand } from "./plan.ts";
import { readStateFile, removeStateFile, writeStateFile } from "./state-file.ts";

/** A kernel setting that the rules need. */
export interface Setting {
	/** `net.ipv4.conf.all.route_localnet`. */
	readonly name: string;
	readonly value: number;
}

/** What a setting is now; undefined: this kernel has no such setting. */
export function readSetting(name: string): string | undefined {
	try {
		return readFileSync(fileOf(name), "utf8").trim();
	} catch {
		return undefined;
	}
}

function fileOf(name: string): string {
	return `/proc/sys/${name.replaceAll(".", "/")}`;
}

/** Returns why it could not be written. */
function writeSetting(name: string, value: string): string | undefined {
	try {
		// Without a flag that makes files: where there is no such setting, that is what it says.
		writeFileSync(fileOf(name), value, { flag: "r+" });
		return undefined;
	} catch (error) {
		return error instanceof Error ? error.message : String(error);
	}
}

/** The commands that make settings what they should be; none for those that are. svcnat needs no program for them. */
export function planSettings(
	settings: readonly Setting[],
	read: (name: string) => string | undefined,
): readonly PlannedCommand[] {
	const unique = [...new Map(settings.map((one) => [one.name, one])).values()];
	return unique.flatMap(({ name, value }): readonly PlannedCommand[] => {
		const before = read(name);
		if (before === String(value)) return [];
		const purpose = `setting ${name}, which was ${before ?? "not there"} (--no-settings leaves it)`;
		const planned = planSetting(name, String(value), purpose);
		return [before === undefined ? planned : { ...planned, undo: planSetting(name, before, `setting ${name} back`) }];
	});
}

function planSetting(name: string, value: string, purpose: string): PlannedCommand {
	return {
		command: { program: "sysctl", args: ["-w", `${name}=${value}`] },
		purpose,
		isOptional: false,
		inProcess: () => writeSetting(name, value),
	};
}

/** What settings were before svcnat changed them, by name. */
export type Remembered = Readonly<Record<string, string>>;

const FILE = "settings.json";

/** Reads what was remembered in a directory; nothing when there is no such file or it is damaged. */
export function readRemembered(directory: string): Remembered {
	const value = readStateFile(directory, FILE);
	if (typeof value !== "object" || value === null) return {};
	return Object.fromEntries(Object.entries(value).filter(([, old]) => typeof old === "string"));
}

/**
 * Remembers, in one step, what settings are before they are changed. What is remembered already stays, and when that is all,
 * nothing is written.
 */
export function remember(directory: string, before: Remembered): void {
	const remembered = readRemembered(directory);
	if (Object.keys(before).some((name) => remembered[name] === undefined)) {
		writeStateFile(directory, FILE, { ...before, ...remembered });
	}
}

/** Forgets everything. */
export function forget(directory: string): void {
	removeStateFile(directory, FILE);
}
