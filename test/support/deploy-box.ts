import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { runInNamespace, type ScriptResult } from "./namespace.ts";

/** Something of the machine that a container sees. */
export interface Mount {
	readonly source: string;
	/** A file when the source is one. Made in the container's root when it is not there. */
	readonly target: string;
	readonly readOnly: boolean;
}

/** A container, as a runtime like containerd makes one of the fields of a manifest, or a whole machine. */
export interface Box {
	/** A directory with the image's files; `/` for those of this machine. It is not changed. */
	readonly root: string;
	/** Whether files beside the mounts, and kernel settings, can be written: as on a machine, not as in a container. */
	readonly isWritable: boolean;
	readonly mounts: readonly Mount[];
	/** `net_admin`: all that root may do in it; `all`. */
	readonly capabilities: readonly string[];
	readonly env: Readonly<Record<string, string>>;
	readonly command: readonly string[];
}

/** What happens around a container, as scripts of sh. */
export interface Around {
	/** Before it is started. */
	readonly before?: string;
	/** While it runs, instead of waiting for its end; `$pid` is its first process. */
	readonly meanwhile?: string;
	/** When it has ended; what this prints is the result's standard output. */
	readonly after: string;
}

/** What container runtimes put into the environment of images of Debian. */
const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** A real cron takes up to a minute before it does anything. */
const LIMIT_SECONDS = 110;

/**
 * Runs a container in a fresh network namespace, which counts as the node's: with its own processes, its own files (what
 * is written is gone with it, but for mounts), and no way to more rights.
 *
 * @param directory an empty one for its files
 * @param addresses for the interface lo, which is up
 * @returns its exit status and standard error, and what `after` printed
 */
export async function runBox(
	box: Box,
	directory: string,
	addresses: readonly string[],
	{ before = "", meanwhile = "", after }: Around,
): Promise<ScriptResult> {
	const inside = join(directory, "inside.sh");
	writeFileSync(inside, insideScript(box, directory));
	const script = [
		"ip link set lo up",
		...addresses.map((address) => `ip address add ${address} dev lo ${address.includes(":") ? "nodad" : ""} || exit 1`),
		before,
		// Of a command in the background sh closes standard input.
		`unshare --mount --pid --fork --kill-child sh '${inside}' >'${directory}/stdout' </dev/null &`,
		"own=$!",
		meanwhile === ""
			? ""
			: `pid=\nwhile [ -z "$pid" ]; do pid=$(cat /proc/$own/task/$own/children); done\n${meanwhile}`,
		"wait $own; status=$?",
		after,
		"exit $status",
	];
	return runInNamespace(script.join("\n"), "", LIMIT_SECONDS);
}

/** What the container's first process does until it becomes the command. */
function insideScript({ root, isWritable, mounts, capabilities, env, command }: Box, directory: string): string {
	const [layers, own] = [join(directory, "layers"), join(directory, "layers", "root")];
	mkdirSync(layers);
	const variables = [`PATH=${PATH}`, ...Object.entries(env).map((pair) => pair.join("="))];
	const rights = `-all${capabilities.map((name) => `,+${name}`).join("")}`;
	return [
		"set -e",
		// A root of its own, with this machine's files below it: nothing that is written stays.
		`mount -t tmpfs tmpfs '${layers}'`,
		`mkdir '${layers}/upper' '${layers}/work' '${own}'`,
		`mount -t overlay overlay -o 'lowerdir=${root},upperdir=${layers}/upper,workdir=${layers}/work' '${own}'`,
		`mount -t proc proc '${own}/proc'`,
		`mount --rbind /dev '${own}/dev'`,
		// What the machine or the image has there is none of the container's.
		`mount -t tmpfs tmpfs '${own}/run'`,
		...mounts.flatMap((one) => mountLines(one, own)),
		...(isWritable ? [] : protectLines(own)),
		`exec chroot '${own}' /usr/bin/env -i ${quoted(variables)} \\`,
		`  setpriv --bounding-set=${rights} --inh-caps=-all --no-new-privs ${quoted(command)}`,
	].join("\n");
}

function protectLines(root: string): readonly string[] {
	return [
		`mount --bind '${root}/proc/sys' '${root}/proc/sys'`,
		`mount -o remount,bind,ro '${root}/proc/sys'`,
		`mount -o remount,ro '${root}/run'`,
		`mount -o remount,ro '${root}'`,
	];
}

function mountLines({ source, target, readOnly }: Mount, root: string): readonly string[] {
	const place = join(root, target);
	return [
		`if [ -d '${source}' ]; then mkdir -p '${place}'; else mkdir -p '${dirname(place)}'; touch '${place}'; fi`,
		`mount --bind '${source}' '${place}'`,
		...(readOnly ? [`mount -o remount,bind,ro '${place}'`] : []),
	];
}

function quoted(words: readonly string[]): string {
	return words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
}
