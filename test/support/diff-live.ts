import { restoreCommand } from "../../src/backend/netfilter/commands.ts";
import { type Command, printCommand } from "../../src/index.ts";
import { PRIVATE_LOCK, programOf } from "./diff-kernel.ts";
import { shopModel } from "./diff-shop.ts";
import { kernelCaseOf } from "./kernel-case.ts";
import { ofVariant, type Variant } from "./kernel-load.ts";
import { runInNamespace } from "./namespace.ts";
import { SVCNAT } from "./svcnat.ts";

/** One run of `svcnat diff` on a node. */
export interface LiveRun {
	readonly exitCode: number;
	/** Both streams. */
	readonly text: string;
}

const DIFF = `'${process.execPath}' '${SVCNAT}' diff -f fixtures/shop --node worker-1 --ip-family ipv4 --cluster-cidr 10.244.0.0/16 --nfacct false`;

/**
 * Loads the rules of the shop into a fresh network namespace as kube-proxy does, runs some shell commands that damage
 * them, compares, applies what `-o restore` prints, and compares again.
 *
 * @param damage may call `$iptables`
 * @param variants the programs that load the rules
 */
export async function runOnNode(
	damage: string,
	variants: readonly Variant[],
): Promise<{ readonly before: LiveRun; readonly after: LiveRun }> {
	const { requirements, setup, restore } = kernelCaseOf(shopModel("ipv4"));
	const [first = "nft"] = variants;
	const script = [
		"text=$(cat)",
		PRIVATE_LOCK,
		`run() { "$@" || { echo "this failed: $*" >&2; exit 90; }; }`,
		...requirements.map((command) => `run ${printCommand(command)}`),
		...variants.flatMap((variant) => {
			const line = (command: Command): string => printCommand(ofVariant(command, variant));
			const load = `printf '%s\\n' "$text" | run ${line(restoreCommand("ipv4", ""))} || exit 90`;
			return [...setup.map((command) => `run ${line(command)}`), load];
		}),
		`iptables=${programOf({ family: "ipv4", variant: first })}`,
		damage,
		`${DIFF} 2>&1; echo "${MARK} $?"`,
		`${DIFF} -q -o restore | run $iptables-restore -w 5 --noflush || exit 90`,
		`${DIFF} 2>&1; echo "${MARK} $?"`,
	];
	const { exitCode, stdout, stderr } = await runInNamespace(script.join("\n"), restore);
	if (exitCode !== 0) throw new Error(`exit ${exitCode}: ${stderr}\n${stdout}`);
	const runs = [...stdout.matchAll(/([\s\S]*?)^== exit (\d+)\n/gm)];
	const [before, after] = runs.map(([, text = "", code]): LiveRun => ({ exitCode: Number(code), text }));
	if (before === undefined || after === undefined) throw new Error(`expected two runs, got ${stdout}`);
	return { before, after };
}

const MARK = "== exit";
