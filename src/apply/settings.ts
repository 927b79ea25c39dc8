import { readFileSync } from "node:fs";
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
		return readFileSync(`/proc/sys/${name.replaceAll(".", "/")}`, "utf8").trim();
	} catch {
		return undefined;
	}
}

/** The commands that make settings what they should be; none for those that are. */
export function planSettings(
	settings: readonly Setting[],
	read: (name: string) => string | undefined,
): readonly PlannedCommand[] {
	const unique = [...new Map(settings.map((one) => [one.name, one])).values()];
	return unique
		.filter(({ name, value }) => read(name) !== String(value))
		.map(({ name, value }) => ({
			command: { program: "sysctl", args: ["-w", `${name}=${value}`] },
			purpose: `setting ${name}, which was ${read(name) ?? "not there"} (--no-settings leaves it)`,
			isOptional: false,
		}));
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

/** Remembers, in one step, what settings are before they are changed; what is remembered already stays. */
export function remember(directory: string, before: Remembered): void {
	const all = { ...before, ...readRemembered(directory) };
	if (Object.keys(all).length > 0) writeStateFile(directory, FILE, all);
}

/** Forgets everything. */
export function forget(directory: string): void {
	removeStateFile(directory, FILE);
}
