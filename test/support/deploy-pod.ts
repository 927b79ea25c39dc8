import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { ProxyMode } from "../../src/index.ts";
import type { Box, Mount } from "./deploy-box.ts";
import {
	containersOf,
	type Fields,
	fieldsOf,
	listOf,
	manifests,
	podSpec,
	ROOT,
	stringsOf,
} from "./deploy-documents.ts";
import { SVCNAT } from "./svcnat.ts";

/** Addresses of the node worker-1 of `fixtures/shop`. */
export const NODE_ADDRESSES: readonly string[] = ["192.0.2.11/32", "2001:db8::11/128"];

const SHOP = join(ROOT, "fixtures", "shop");

/** Objects of a cluster, where the containers of tests have them. */
const OBJECTS = "/objects";

/** Compares what the kernel holds with the objects; prints `no difference` of each family, or all that differs. */
export const COMPARE = compareIn("iptables");

/** The same in a mode. */
export function compareIn(mode: ProxyMode): string {
	const diff = `'${process.execPath}' '${SVCNAT}' diff -f '${SHOP}' --node worker-1 --proxy-mode ${mode}`;
	return ["ipv4", "ipv6"].map((family) => `${diff} --ip-family ${family}`).join("\n");
}

/** What `COMPARE` prints when the kernel holds what it should. */
export const BOTH_EQUAL = ["IPv4", "IPv6"]
	.map((family) => `no difference: this node against ${SHOP} (${family})\n`)
	.join("");

/** This repository where the image has svcnat. */
const REPOSITORY: Mount = { source: ROOT, target: "/opt/svcnat", readOnly: true };

const RUN_REPOSITORY = [process.execPath, "/opt/svcnat/bin/svcnat.js"];

/**
 * The node worker-1 without Kubernetes: this machine, with svcnat at `/usr/local/bin/svcnat` and the objects of
 * `fixtures/shop` in `/etc/svcnat`.
 *
 * @param directory an empty one, for its files
 */
export function machineOf(directory: string): Box {
	const shim = join(directory, "svcnat");
	writeFileSync(shim, `#!/bin/sh\nexec '${RUN_REPOSITORY.join("' '")}' "$@"\n`, { mode: 0o755 });
	return {
		root: "/",
		isWritable: true,
		mounts: [
			REPOSITORY,
			{ source: shim, target: "/usr/local/bin/svcnat", readOnly: true },
			{ source: SHOP, target: "/etc/svcnat", readOnly: true },
		],
		capabilities: ["all"],
		env: {},
		command: [],
	};
}

/** The pod of a file of `docs/deploy`. */
export function podOf(file: string): Fields {
	const found = manifests().find((one) => one.file === file && podSpec(one.object) !== undefined);
	return fieldsOf(found === undefined ? undefined : podSpec(found.object));
}

/**
 * The container `svcnat` of a pod, on the node worker-1, with the objects of `fixtures/shop` instead of a cluster.
 *
 * @param directory stands for the node's files; what mounts of the pod need is made there
 * @param root the image; `/`: this machine, with svcnat of this repository in it
 */
export function boxOf(pod: Fields, directory: string, root = "/"): Box {
	const container = containersOf(pod).find(({ name }) => name === "svcnat") ?? {};
	const { capabilities } = fieldsOf(container["securityContext"]);
	const volumes = new Map(listOf(pod["volumes"]).map(({ name, hostPath }) => [name, fieldsOf(hostPath)]));
	const mounts = listOf(container["volumeMounts"]).map(({ name, mountPath, readOnly }) => ({
		source: onNode(directory, fieldsOf(volumes.get(name))),
		target: String(mountPath),
		readOnly: readOnly === true,
	}));
	const program = root === "/" ? RUN_REPOSITORY : ["svcnat"];
	return {
		root,
		isWritable: false,
		mounts: [...mounts, { source: SHOP, target: OBJECTS, readOnly: true }, ...(root === "/" ? [REPOSITORY] : [])],
		capabilities: stringsOf(fieldsOf(capabilities)["add"]).map((name) => name.toLowerCase()),
		env: Object.fromEntries(listOf(container["env"]).map(({ name, value }) => [name, String(value ?? "worker-1")])),
		command: [...program, ...stringsOf(container["args"]), "-f", OBJECTS],
	};
}

/** What the kubelet does for the types `FileOrCreate` and `DirectoryOrCreate`. */
function onNode(directory: string, { path, type }: Fields): string {
	const place = join(directory, String(path));
	if (type === "FileOrCreate") {
		mkdirSync(dirname(place), { recursive: true });
		writeFileSync(place, "");
	} else if (type === "DirectoryOrCreate") {
		mkdirSync(place, { recursive: true });
	} else {
		throw new Error(`hostPath ${path}: the type ${type} is not known here`);
	}
	return place;
}
