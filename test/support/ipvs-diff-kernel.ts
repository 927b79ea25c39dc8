import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { diff } from "../../src/diff/diff.ts";
import { type RestorePart, restoreParts } from "../../src/diff/restore-parts.ts";
import { FAMILIES, ipvsStateOf, type NodeTexts, textOf } from "./ipvs-diff-states.ts";
import { addresses, withoutRandomness } from "./ipvs-read-back.ts";
import { addressBatch } from "./ipvs-script.ts";
import { withoutCounts } from "./kernel-case.ts";
import { NAMESPACE_GUARD, runInMachine } from "./machine.ts";
import { machineProblem } from "./machine-problem.ts";
import { GUARD_REFUSED } from "./namespace.ts";

/** A node, and what it is to become. */
export interface Turn {
	readonly name: string;
	readonly from: NodeTexts;
	readonly to: NodeTexts;
}

/** What became of one node. */
export interface Turned {
	/** `0` when everything was loaded; empty when the machine stopped before. */
	readonly status: string;
	readonly stderr: string;
	/** What the tools printed afterwards. */
	readonly texts: NodeTexts;
}

const READ_BACK = ["ipset.txt", "kube-ipvs0.txt", "ipvsadm.txt", "save.v4.txt", "save.v6.txt"];

/**
 * In the directory of a turn and a namespace of its own; `$1` is the namespace of the machine. Without any address, such as
 * that of the loopback interface, the kernel takes no IPv4 address of a real server for unicast.
 */
const TURN_ONE = `${NAMESPACE_GUARD}
run() { "$@" || { echo "this failed: $*" >&2; exit 1; }; }
run ip link set lo up
run ip link add kube-ipvs0 type dummy
run ipset restore <ipset.txt
run ip -batch - <addresses.batch
run ipvsadm -R <ipvsadm.txt
run iptables-legacy-restore <save.v4.txt
run ip6tables-legacy-restore <save.v6.txt
. ./turn.sh
mkdir kernel && cd kernel || exit 1
run ipset save >ipset.txt
run ip -o address show dev kube-ipvs0 >kube-ipvs0.txt
run ipvsadm -Sn >ipvsadm.txt
run iptables-legacy-save >save.v4.txt
run ip6tables-legacy-save >save.v6.txt`;

/** The script for all turns, in the directory that has one subdirectory each; with the script for one as `$1`. */
const TURN_ALL = `
machine=$(readlink /proc/self/ns/net)
for directory in */; do
	cd "$directory" || exit 1
	unshare --net sh -c "$1" turn "$machine" </dev/null 2>stderr.txt
	status=$?
	echo $status >status.txt
	[ $status != ${GUARD_REFUSED} ] || exit ${GUARD_REFUSED}
	cd ..
done
`;

/** What became of all nodes; the problem is why nothing could be tried. */
export interface AllTurned {
	readonly problem?: string | undefined;
	readonly results: ReadonlyMap<string, Turned>;
}

/** Boots the machine once; loads each node there and turns it into what it is to become, by what `-o restore` prints. */
export async function turnInMachine(turns: readonly Turn[]): Promise<AllTurned> {
	const problem = machineProblem();
	if (problem !== undefined) return { problem, results: new Map() };
	const directory = mkdtempSync(join(tmpdir(), "svcnat-ipvs-diff-"));
	try {
		for (const [index, turn] of turns.entries()) writeTurn(join(directory, String(index)), turn);
		const { exitCode, stderr } = await runInMachine(TURN_ALL, { directory, args: [TURN_ONE] });
		if (exitCode !== 0) return { problem: `the machine stopped: exit ${exitCode}: ${stderr}`, results: new Map() };
		return { results: new Map(turns.map(({ name }, index) => [name, readTurn(join(directory, String(index)))])) };
	} finally {
		rmSync(directory, { recursive: true, force: true });
	}
}

function writeTurn(directory: string, { from, to }: Turn): void {
	mkdirSync(directory);
	const parts = FAMILIES.flatMap((family) => {
		const [old, current] = [ipvsStateOf(from, family), ipvsStateOf(to, family)];
		return restoreParts(old, current, diff(old, current));
	});
	const files = {
		...from,
		"addresses.batch": addressBatch(textOf(from, "kube-ipvs0.txt")),
		...Object.fromEntries(parts.map(({ text }, index) => [`part.${index}`, text])),
		"turn.sh": parts.map((part, index) => `run ${commandOf(part)} <part.${index}\n`).join(""),
	};
	for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
}

/** The machine has no nf_tables. */
function commandOf({ loader }: RestorePart): string {
	return loader.replace(/^ip6?tables/, "$&-legacy");
}

function readTurn(directory: string): Turned {
	const read = (file: string): string =>
		existsSync(join(directory, file)) ? readFileSync(join(directory, file), "utf8") : "";
	const texts = Object.fromEntries(READ_BACK.map((name) => [name, cleaned(name, read(join("kernel", name)))]));
	return { status: read("status.txt").trim(), stderr: read("stderr.txt"), texts };
}

function cleaned(name: string, text: string): string {
	if (name === "ipset.txt") return withoutRandomness(text);
	if (name === "kube-ipvs0.txt") return addresses(text);
	return name === "ipvsadm.txt" ? text : withoutCounts(text);
}
