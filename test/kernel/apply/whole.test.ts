import { expect, it } from "vitest";
import { COUNTERS } from "../../../src/backends.ts";
import { printCommand } from "../../../src/index.ts";
import { addressesOf, applyCase, NEW, OLD, savedTexts, saveStep } from "../../support/apply-cases.ts";
import { othersOf } from "../../support/apply-chain.ts";
import { CALLS, NOTING, runSession, type Step, type StepResult } from "../../support/apply-session.ts";
import { IS_LONG } from "../../support/is-long.ts";
import { kernelCase } from "../../support/kernel-case.ts";
import { ofVariant } from "../../support/kernel-load.ts";
import { describeKernel } from "../../support/kernel-suite.ts";
import { SVCNAT } from "../../support/svcnat.ts";
import { temporaryDirectory } from "../../support/temporary-directory.ts";

/** The first, or all in a long run. */
function some<T>(all: readonly T[]): readonly T[] {
	return IS_LONG ? all : all.slice(0, 1);
}

/** The kubelet's of Kubernetes before 1.28. */
const KUBELETS = `-A KUBE-FIREWALL -m comment --comment "kubernetes firewall for dropping marked packets" -m mark --mark 0x8000/0x8000 -j DROP`;

/** What looks equal: another comment, another order of Services, a rule twice, a rule that never matches any more. */
const EDITS = [
	"$ipt -t nat -R KUBE-POSTROUTING 1 -m mark ! --mark 0x4000/0x4000 -m comment --comment changed -j RETURN",
	'first=$($ipt -t nat -S KUBE-SERVICES | sed -n "s/^-A KUBE-SERVICES/-I KUBE-SERVICES 3/; 2p"); $ipt -t nat -D KUBE-SERVICES 1; eval "$ipt -t nat $first"',
	"$ipt -t nat -A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000",
];

function at(results: readonly StepResult[], index: number): StepResult {
	const result = results.at(index);
	if (result === undefined) throw new Error("a step is missing");
	return result;
}

for (const variant of ["legacy", "nft"] as const) {
	await describeKernel(`svcnat apply as a whole, with ${variant} iptables`, variant, () => {
		const save = saveStep(variant);
		const session = (steps: readonly Step[], directory: string) =>
			runSession(steps, { addresses: addressesOf([OLD, NEW]), programs: NOTING, directory });

		it.each(
			some(["docker", "kubeadm"]),
		)("--dry-run prints what it would run, on a node with rules of %s", async (dump) => {
			const directory = temporaryDirectory();
			const apply = applyCase(NEW, variant, directory);
			const start: readonly Step[] = [...othersOf(dump, variant), { svcnat: applyCase(OLD, variant, directory) }];
			const done = await session(
				[...start, save, CALLS, { svcnat: [...apply, "--dry-run"] }, CALLS, save, { svcnat: apply }, save],
				directory,
			);
			const [before, printed, calls, after] = [at(done, -7), at(done, -5), at(done, -4), at(done, -3)];
			expect(printed).toMatchObject({
				status: 0,
				stdout: expect.stringMatching(/^iptables-.*-restore -w 5 --noflush <</m),
			});
			expect(calls.stdout).toBe("");
			expect(savedTexts(after)).toEqual(savedTexts(before));
			const script: Step = { shell: "sh -e", input: printed.stdout };
			// Whoever has made a counter meanwhile does no harm.
			const counter: Step = { shell: `${COUNTERS.map((name) => `nfacct add ${name}`).join("; ")}; nfacct list` };
			const byHand = await session([...start, counter, script, save], temporaryDirectory());
			expect(printed.stdout).toMatch(/^nfacct add \S+ \|\| true$/m);
			expect(at(byHand, -2)).toMatchObject({ status: 0 });
			expect(savedTexts(at(byHand, -1))).toEqual(savedTexts(at(done, -1)));
		});

		it("--full writes what only looks equal, and keeps the kubelet's rule", async () => {
			const directory = temporaryDirectory();
			const apply = applyCase(NEW, variant, directory);
			const edits = EDITS.map((edit): Step => ({ shell: `ipt=iptables-${variant}; ${edit}` }));
			const results = await session(
				[
					...othersOf("docker", variant),
					{ svcnat: apply },
					{ shell: `iptables-${variant} -I ${KUBELETS.slice(3)}` },
					save,
					...edits,
					save,
					{ svcnat: apply },
					{ svcnat: [...apply, "--full"] },
					save,
					{ svcnat: ["cleanup", "--iptables", variant, "--state-dir", directory] },
					save,
				],
				directory,
			);
			for (const { status, stderr } of results.slice(-6 - EDITS.length, -6))
				expect({ status, stderr }).toMatchObject({ status: 0 });
			const [before, changed, lazy, full, healed] = [-7 - EDITS.length, -6, -5, -4, -3].map((index) =>
				at(results, index),
			);
			if (before === undefined || changed === undefined || healed === undefined) throw new Error("a step is missing");
			expect(savedTexts(changed)).not.toEqual(savedTexts(before));
			expect(lazy).toMatchObject({ status: 0 });
			expect(full).toMatchObject({ status: 0, stderr: expect.stringContaining("done:") });
			expect(savedTexts(healed)).toEqual(savedTexts(before));
			expect(savedTexts(healed).v4).toContain(KUBELETS);
			expect(savedTexts(at(results, -1)).v4).toContain(KUBELETS);
		});

		it.each(
			some(["calico", "docker", "fail2ban"]),
		)("puts jumps where kube-proxy does, among rules of %s", async (dump) => {
			const directory = temporaryDirectory();
			const setup = (["ipv4", "ipv6"] as const).flatMap((family) => kernelCase(NEW, family, "1.36").setup);
			const byHand = setup.map((command): Step => ({ shell: printCommand(ofVariant(command, variant)) }));
			const theirs = await session([...othersOf(dump, variant), ...byHand, save], temporaryDirectory());
			const ours = [...othersOf(dump, variant), { svcnat: applyCase(NEW, variant, directory) }, save];
			const results = await session(ours, directory);
			expect(builtInRules(at(results, -1))).toEqual(builtInRules(at(theirs, -1)));
		});

		it("does without counters where there are none, and says so", async () => {
			const directory = temporaryDirectory();
			const apply = applyCase(NEW, variant, directory);
			const steps = [{ svcnat: apply }, save, { svcnat: [...apply, "--nfacct", "false"] }];
			const options = { addresses: addressesOf([NEW]), programs: { nfacct: "echo no >&2; exit 1" }, directory };
			const [done, saved, again] = await runSession(steps, options);
			expect(done).toMatchObject({
				status: 0,
				stderr: expect.stringMatching(/^warning: rules do without nfacct.*: no /m),
			});
			expect(saved?.stdout).toContain("KUBE-SVC-");
			expect(saved?.stdout).not.toContain("nfacct");
			expect(again).toMatchObject({ status: 0, stderr: expect.stringContaining("nothing to do") });
		});

		it("makes counters that are missing, and cleanup removes them but for those that others refer to", async () => {
			const directory = temporaryDirectory();
			const [first = "", second = ""] = COUNTERS;
			const apply = { svcnat: applyCase(NEW, variant, directory) };
			const cleanup = { svcnat: ["cleanup", "--iptables", variant, "--state-dir", directory] };
			const list: Step = { shell: "nfacct list" };
			const rule = `iptables-${variant} -A INPUT -m nfacct --nfacct-name ${second}`;
			const steps = [{ shell: `nfacct add ${first}` }, CALLS, apply, CALLS, { shell: rule }, cleanup, list];
			const results = await session([...steps, { shell: rule.replace("-A", "-D") }, cleanup, list], directory);
			expect(results.map(({ status }) => status)).toEqual(results.map(() => 0));
			expect(at(results, 3).stdout).toContain(`nfacct add ${second}\n`);
			expect(at(results, 3).stdout).not.toContain(`nfacct add ${first}\n`);
			expect(at(results, 6).stdout).toContain(` = ${second};`);
			expect(at(results, 6).stdout).not.toContain(` = ${first};`);
			expect(at(results, 9).stdout).toBe("");
		});

		it("gives a setting back at cleanup", async () => {
			const directory = temporaryDirectory();
			const ask: Step = { shell: "sysctl -n net.ipv4.conf.all.route_localnet" };
			const cleanup = { svcnat: ["cleanup", "--iptables", variant, "--state-dir", directory] };
			const apply = { svcnat: applyCase(NEW, variant, directory) };
			const results = await session([ask, apply, ask, apply, cleanup, ask], directory);
			const [first, during, last] = [0, 2, 5].map((index) => at(results, index).stdout.trim());
			expect([first, during, last]).toEqual(["0", "1", "0"]);
		});

		it.each(some([10, 2]))("lets %i runs at the same time follow each other", async (count) => {
			const directory = temporaryDirectory();
			const line = (index: number): string =>
				[process.execPath, SVCNAT, ...applyCase(index % 2 === 0 ? NEW : OLD, variant, directory)]
					.map((word) => `'${word}'`)
					.join(" ");
			const runs = Array.from({ length: count }, (_, index) => `(${line(index)}; echo $? >>"$SESSION/statuses") &`);
			const together: Step = { shell: `${runs.join("\n")}\nwait; sort "$SESSION/statuses" | uniq -c` };
			const results = await session(
				[
					...othersOf("docker", variant),
					{ svcnat: applyCase(NEW, variant, directory) },
					save,
					{ svcnat: applyCase(OLD, variant, directory) },
					save,
					together,
					save,
				],
				directory,
			);
			expect(at(results, -2).stdout.trim(), at(results, -2).stderr).toBe(`${count} 0`);
			expect([savedTexts(at(results, -3)), savedTexts(at(results, -5))].map(sorted)).toContainEqual(
				sorted(savedTexts(at(results, -1))),
			);
		});
	});
}

/** Rules of chains that kube-proxy does not make, with those of others. */
function builtInRules(result: StepResult): readonly string[] {
	const { v4, v6 } = savedTexts(result);
	return [v4, v6].flatMap((text) => text.split("\n").filter((line) => /^(?:\*|-A (?!KUBE-))/.test(line)));
}

/** Service ports in a shared chain may come in another order, after a detour. */
function sorted({ v4, v6 }: { readonly v4: string; readonly v6: string }): readonly string[] {
	return [v4, v6].map((text) => text.split("\n").sort().join("\n"));
}
