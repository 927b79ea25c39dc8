import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { reasonOf } from "../trouble.ts";
import type { PlannedCommand } from "./plan.ts";
import { isRecord, readStateFile, removeStateFile, writeStateFile } from "./state-file.ts";

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
		return reasonOf(error);
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

/** What a state directory has remembered. */
export interface SettingsMemory {
	/** Whole numbers, as text. */
	readonly remembered: Remembered;
	/** The file, what was expected, and what was found; undefined: nothing is wrong with it, or it is not there. */
	readonly damage: string | undefined;
}

/** Reads what was remembered in a directory; of a damaged file, what can be read. */
export function readRemembered(directory: string): SettingsMemory {
	const { value, damage } = readStateFile(directory, FILE);
	if (damage !== undefined) return { remembered: {}, damage: damaged(directory, damage) };
	if (value === undefined) return { remembered: {}, damage: undefined };
	if (!isRecord(value)) return { remembered: {}, damage: damaged(directory, shown(value)) };
	const entries = Object.entries(value);
	const good = entries.filter((entry): entry is [string, string] => isNumber(entry[1]));
	const bad = entries.find(([, old]) => !isNumber(old));
	return {
		remembered: Object.fromEntries(good),
		damage: bad === undefined ? undefined : damaged(directory, `${bad[0]}: ${shown(bad[1])}`),
	};
}

function isNumber(value: unknown): boolean {
	return typeof value === "string" && /^-?\d+$/.test(value);
}

function damaged(directory: string, found: string): string {
	return `${join(directory, FILE)}: expected what settings were, like {"net.ipv4.ip_forward":"0"}, found ${found}`;
}

function shown(value: unknown): string {
	return JSON.stringify(value).slice(0, 80);
}

/**
 * Remembers, in one step, what settings are before they are changed. What is remembered already stays, and when that is all,
 * nothing is written. Nor is a damaged file, which may tell somebody more.
 *
 * @returns what is wrong with the file, so that it was not written; undefined: nothing
 */
export function remember(directory: string, before: Remembered): string | undefined {
	const { remembered, damage } = readRemembered(directory);
	if (Object.keys(before).every((name) => remembered[name] !== undefined)) return undefined;
	if (damage === undefined) writeStateFile(directory, FILE, { ...before, ...remembered });
	return damage;
}

/** Forgets everything. */
export function forget(directory: string): void {
	removeStateFile(directory, FILE);
}
