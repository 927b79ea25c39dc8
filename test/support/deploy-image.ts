import { cpSync, mkdirSync, statSync, symlinkSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { execa } from "execa";
import { copied, type Instruction, type Stage } from "./deploy-dockerfile.ts";
import { ROOT } from "./deploy-documents.ts";
import { fetchPackage } from "./deploy-package.ts";

/** What Docker lets `RUN` do, but for what changes a network: apt needs the machine's. */
const RIGHTS = "chown,dac_override,fowner,fsetid,kill,setgid,setuid,setpcap,sys_chroot,mknod,audit_write,setfcap";

const CERTIFICATES = process.env["NODE_EXTRA_CA_CERTS"];

const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** A stage that is being built: its files, and where it stands in them. */
interface Building {
	readonly root: string;
	readonly directory: string;
}

/**
 * Follows a Dockerfile step by step in directories: minimal Debians made by debootstrap stand for the images of FROM,
 * with this machine's Node and npm where the image has them. Takes minutes and Debian's and npm's servers.
 *
 * @param directory an empty one
 * @returns the directory of the last stage's files
 */
export async function buildImage(stages: readonly Stage[], directory: string): Promise<string> {
	const base = join(directory, "base");
	await makeDebian(base, directory);
	const built = new Map<string, string>();
	let root = base;
	for (const [index, { image, name, instructions }] of stages.entries()) {
		if (!image.includes("bookworm")) throw new Error(`${image}: only Debian bookworm can be made here`);
		root = join(directory, `stage-${index}`);
		await execa("cp", ["-a", base, root]);
		if (image.startsWith("node:")) addNode(root);
		let stage: Building = { root, directory: "/" };
		for (const instruction of instructions) stage = await follow(instruction, stage, built);
		built.set(name, root);
	}
	return root;
}

async function makeDebian(root: string, directory: string): Promise<void> {
	const place = join(directory, "debootstrap");
	mkdirSync(place);
	const tool = join(await fetchPackage("debootstrap", place), "usr");
	const env = { DEBOOTSTRAP_DIR: join(tool, "share", "debootstrap") };
	const script = 'exec unshare --mount "$0" --variant=minbase bookworm "$1"';
	await execa("sh", ["-c", script, join(tool, "sbin", "debootstrap"), root], { env });
	for (const name of ["resolv.conf", "hosts"])
		cpSync(join("/etc", name), join(root, "etc", name), { dereference: true });
	// As in Debian's image: packages start no services.
	await execa("sh", [
		"-c",
		'printf "#!/bin/sh\\nexit 101\\n" >"$0"; chmod +x "$0"',
		join(root, "usr/sbin/policy-rc.d"),
	]);
}

/** Where the image `node` has them. */
function addNode(root: string): void {
	const to = join(root, "usr", "local");
	cpSync(process.execPath, join(to, "bin", "node"));
	const modules = resolve(dirname(process.execPath), "..", "lib", "node_modules", "npm");
	cpSync(modules, join(to, "lib", "node_modules", "npm"), { recursive: true });
	// Certificates that this machine trusts for npm's servers, when it names any.
	if (CERTIFICATES !== undefined) cpSync(CERTIFICATES, join(root, CERTIFICATES), { dereference: true });
	for (const name of ["npm", "npx"]) symlinkSync(`../lib/node_modules/npm/bin/${name}-cli.js`, join(to, "bin", name));
}

async function follow(
	instruction: Instruction,
	stage: Building,
	built: ReadonlyMap<string, string>,
): Promise<Building> {
	const { name, flags, text } = instruction;
	const { root, directory } = stage;
	if (name === "WORKDIR") {
		mkdirSync(join(root, text), { recursive: true });
		return { root, directory: text };
	}
	if (name === "COPY") copy(instruction, stage, flags["from"] === undefined ? ROOT : (built.get(flags["from"]) ?? ""));
	if (name === "RUN") {
		const inside = `cd '${directory}' && ${text}`;
		const rights = `-all,+${RIGHTS.replaceAll(",", ",+")}`;
		const trust = CERTIFICATES === undefined ? "" : `NODE_EXTRA_CA_CERTS='${CERTIFICATES}'`;
		const enter = `exec chroot "$0" env -i HOME=/root PATH=${PATH} ${trust} setpriv --bounding-set="$1" sh -c "$2"`;
		const first = `mount -t proc proc "$0/proc" && mount --rbind /dev "$0/dev" && ${enter}`;
		const script = 'exec unshare --mount --pid --fork --kill-child sh -c "$0" "$@"';
		await execa("sh", ["-c", script, first, root, rights, inside]);
	}
	return stage;
}

/** Of a directory its content, as COPY does. */
function copy(instruction: Instruction, { root, directory }: Building, from: string): void {
	const { sources, target } = copied(instruction);
	const isInto = sources.length > 1 || target.endsWith("/");
	for (const source of sources) {
		const [file, place] = [join(from, source), join(root, resolve(directory, target))];
		const to = isInto && !statSync(file).isDirectory() ? join(place, basename(file)) : place;
		cpSync(file, to, { recursive: true, verbatimSymlinks: true });
	}
}
