import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Family } from "../../src/index.ts";
import { missingPrograms } from "./installed.ts";
import { addressBatch } from "./ipvs-script.ts";
import { NAMESPACE_GUARD, runInMachine } from "./machine.ts";
import { machineProblem } from "./machine-problem.ts";
import { GUARD_REFUSED } from "./namespace.ts";
import type { LabNetwork } from "./trace-lab.ts";

/** What is loaded into one network namespace of the machine, and the program that runs there. */
export interface IpvsLab {
	readonly name: string;
	readonly family: Family;
	/** As the tools print them, by name of the part. */
	readonly parts: Readonly<Record<string, string>>;
	readonly network: LabNetwork;
	/** In `test/lab`. */
	readonly program: string;
	/** What the program is told beside family and network. */
	readonly job: object;
}

/** What all programs printed, line by line; the problem is why nothing could be tried. */
export interface IpvsLabResults {
	readonly problem?: string | undefined;
	/** By name of the lab. */
	readonly lines: ReadonlyMap<string, readonly unknown[]>;
	readonly seconds: number;
}

/** The rules that have the packets recorded. */
export const RECORDING = [
	"*raw\n:PREROUTING ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n",
	...["PREROUTING", "OUTPUT"].flatMap((chain) =>
		["-p tcp --syn", "-p udp", "-p sctp"].map((selected) => `-A ${chain} ${selected} -j TRACE\n`),
	),
	"COMMIT\n",
].join("");

/** What the recorder wants of the kernel: its rules say TRACE, which asks for a log. */
const RECORDER =
	"modprobe -a nf_log_syslog nfnetlink_log xt_TRACE iptable_raw ip6table_raw iptable_mangle ip6table_mangle";

/**
 * In the directory of a lab and a namespace of its own; `$1` is the namespace of the machine. The loopback interface
 * stays down until the program has built its network.
 */
const ONE = `${NAMESPACE_GUARD}
run() { "$@" || { echo "this failed: $*" >&2; exit 1; }; }
run sysctl -q -p - <sysctls.txt
run ip link add kube-ipvs0 type dummy
run ipset restore <ipset.txt
run ip -batch - <addresses.batch
run ipvsadm -R <ipvsadm.txt
run iptables-legacy-restore <rules.v4
run ip6tables-legacy-restore <rules.v6
. ./program.sh`;

/** The script for all labs, in the directory that has one subdirectory each; with the script for one as `$1`. */
const ALL = `
${RECORDER} || exit 1
machine=$(readlink /proc/self/ns/net)
for directory in */; do
	cd "$directory" || exit 1
	unshare --net sh -c "$1" lab "$machine" </dev/null >lines.txt 2>stderr.txt
	status=$?
	[ $status != ${GUARD_REFUSED} ] || exit ${GUARD_REFUSED}
	[ $status = 0 ] || echo "exit $status" >>stderr.txt
	cd ..
done
`;

/** Where the programs are, beside the labs; hidden from the loop over these. */
const PROGRAMS = ".programs";

/** As many as the machine gets done in its time. */
const LABS_A_BOOT = 40;

/** The machine did not come up. */
const NOT_BOOTED = 125;

/** Boots the machine and runs each lab there, in their order; for many labs it is booted several times. */
export async function runInLabs(labs: readonly IpvsLab[]): Promise<IpvsLabResults> {
	const start = performance.now();
	const impossible =
		machineProblem() ?? (missingPrograms(["python3"]).length > 0 ? "not installed: python3" : undefined);
	if (impossible !== undefined) return { problem: impossible, lines: new Map(), seconds: 0 };
	const lines = new Map<string, readonly unknown[]>();
	for (let first = 0; first < labs.length; first += LABS_A_BOOT) {
		const problem = await bootWith(labs.slice(first, first + LABS_A_BOOT), lines);
		if (problem !== undefined) return { problem, lines: new Map(), seconds: 0 };
	}
	return { lines, seconds: (performance.now() - start) / 1000 };
}

/** Adds to the lines; the result is why the machine did not boot. */
async function bootWith(labs: readonly IpvsLab[], lines: Map<string, readonly unknown[]>): Promise<string | undefined> {
	const directory = mkdtempSync(join(tmpdir(), "svcnat-ipvs-trace-"));
	const placeOf = (index: number): string => join(directory, String(index).padStart(4, "0"));
	try {
		// The machine has a /tmp of its own, and the project may lie there.
		cpSync(new URL("../lab/", import.meta.url), join(directory, PROGRAMS), { recursive: true });
		for (const [index, lab] of labs.entries()) writeLab(placeOf(index), lab);
		const { exitCode, stderr } = await runInMachine(ALL, { directory, args: [ONE] });
		if (exitCode === NOT_BOOTED) return `the machine did not boot: ${stderr.trim().replaceAll(/\s+/g, " ")}`;
		if (exitCode !== 0) throw new Error(`the machine stopped: exit ${exitCode}: ${stderr}`);
		for (const [index, { name }] of labs.entries()) lines.set(name, readLines(name, placeOf(index)));
		return undefined;
	} finally {
		rmSync(directory, { recursive: true, force: true });
	}
}

function writeLab(directory: string, { family, parts, network, program, job }: IpvsLab): void {
	mkdirSync(directory);
	const own = `${parts[family === "ipv4" ? "save.v4.txt" : "save.v6.txt"] ?? ""}${RECORDING}`;
	const addresses = addressBatch(parts["kube-ipvs0.txt"] ?? "");
	const files = {
		...parts,
		"rules.v4": family === "ipv4" ? own : "",
		"rules.v6": family === "ipv6" ? own : "",
		"addresses.batch": addresses,
		"job.json": JSON.stringify({ family, variant: "legacy", network: withDummyLast(network, addresses), ...job }),
		"program.sh": `exec ../${PROGRAMS}/${program} <job.json\n`,
	};
	for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
}

/**
 * Where an interface has no address the kernel takes that of another, in the order of the interfaces: on a node
 * `kube-ipvs0` is younger than the network cards, so it is made again after them.
 */
function withDummyLast(network: LabNetwork, addresses: string): LabNetwork {
	const { node, ...others } = network.spaces;
	if (node === undefined) throw new Error("there is no node in the network");
	const again = [
		"link delete kube-ipvs0",
		"link add kube-ipvs0 type dummy",
		...addresses.split("\n").filter((line) => line !== ""),
	];
	return { ...network, spaces: { node: { ...node, commands: [...node.commands, ...again] }, ...others } };
}

function readLines(name: string, directory: string): readonly unknown[] {
	const read = (file: string): string =>
		existsSync(join(directory, file)) ? readFileSync(join(directory, file), "utf8") : "";
	const stderr = read("stderr.txt");
	if (stderr !== "") throw new Error(`${name}: ${stderr}`);
	return read("lines.txt")
		.split("\n")
		.filter((line) => line !== "")
		.map((line) => JSON.parse(line));
}
