import { restoreCommand, tool } from "../../src/backend/netfilter/commands.ts";
import { type Command, type Family, printCommand } from "../../src/index.ts";
import { NAMESPACE_GUARD } from "./machine.ts";
import { GUARD_REFUSED } from "./namespace.ts";

/** Where the script for one case puts what the kernel has, beside the texts that are loaded. */
export const RESULTS = "kernel";

/** The trial failed: the machine cannot load anything. */
export const TRIAL_FAILED = 94;

/**
 * The script for all cases, in a directory that has one subdirectory each; with the script for one as `$1`. Each gets its
 * own network namespace: IP_VS, sets, tables, interfaces and these sysctls all belong to one.
 */
export const LOAD_ALL = `
ipset --version
ipvsadm --version
iptables-legacy --version
machine=$(readlink /proc/self/ns/net)
load() {
	cd "$2" || exit 1
	unshare --net sh -c "$1" load "$machine" </dev/null 2>stderr.txt
	echo $? >status.txt
	cd - >/dev/null || exit 1
}
load "$1" trial
read -r status <trial/status.txt
[ "$status" != ${GUARD_REFUSED} ] || exit ${GUARD_REFUSED}
[ "$status" = 0 ] || { cat trial/stderr.txt >&2; exit ${TRIAL_FAILED}; }
for directory in cases/*/; do
	load "$1" "$directory"
done
`;

/**
 * The script for one case, in its directory and in a namespace of its own; `$1` is the namespace of the machine.
 *
 * Chains and jumps are made with 40 commands, which takes a second; they are the same in most cases, so what they left
 * is kept and put into the next namespace as a whole.
 */
export const LOAD_ONE = [
	NAMESPACE_GUARD,
	`run() { "$@" || { echo "this failed: $*" >&2; exit 1; }; }`,
	`. ./setup.sh
if cmp -s rules.sh /tmp/rules.sh; then
	run iptables-legacy-restore -w 5 </tmp/rules.v4
	run ip6tables-legacy-restore -w 5 </tmp/rules.v6
else
	. ./rules.sh
	run iptables-legacy-save >/tmp/rules.v4
	run ip6tables-legacy-save >/tmp/rules.v6
	run cp rules.sh /tmp/rules.sh
fi`,
	"run sysctl -q -p - <sysctls.txt",
	"run ipset -exist restore <ipset.txt",
	"run ip -batch - <addresses.batch",
	"run ipvsadm -R <ipvsadm.txt",
	`run ${legacy(restoreCommand("ipv4", ""))} <restore.v4.txt`,
	`run ${legacy(restoreCommand("ipv6", ""))} <restore.v6.txt`,
	`mkdir ${RESULTS} && cd ${RESULTS} || exit 1`,
	"run sysctl $(cut -d' ' -f1 ../sysctls.txt) >sysctls.txt",
	"run ipset save >ipset.txt",
	"run ip -o address show dev kube-ipvs0 >kube-ipvs0.txt",
	"run ipvsadm -Sn >ipvsadm.txt",
	"run ipvsadm -L --timeout >timeouts.txt",
	`run ${legacy(saveCommand("ipv4"))} >save.v4.txt`,
	`run ${legacy(saveCommand("ipv6"))} >save.v6.txt`,
].join("\n");

/** Setup commands as files that the script for one case reads: those that make chains and jumps, and the others. */
export function setupFiles(setup: readonly Command[]): Readonly<Record<string, string>> {
	const isRule = ({ program }: Command): boolean => /^ip6?tables$/.test(program);
	return {
		"setup.sh": runLines(setup.filter((command) => !isRule(command))),
		"rules.sh": runLines(setup.filter(isRule)),
	};
}

function runLines(commands: readonly Command[]): string {
	return commands.map((command) => `run ${legacy(command)}\n`).join("");
}

/** The lines of `kube-ipvs0.txt` as a batch for ip. */
export function addressBatch(text: string): string {
	return text.replaceAll(/^(.+)$/gm, "address add $1 dev kube-ipvs0");
}

function saveCommand(family: Family): Command {
	return { program: tool(family, "-save"), args: [] };
}

/** A command as a line for a shell; `ip6tables-restore` as `ip6tables-legacy-restore`: the machine has no nf_tables. */
function legacy({ program, ...rest }: Command): string {
	return printCommand({ program: program.replace(/^ip6?tables/, "$&-legacy"), ...rest });
}
