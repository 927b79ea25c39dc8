import { expect, it } from "vitest";
import { savedTexts, saveStep } from "../../support/apply-cases.ts";
import {
	ANOTHER_RUN,
	applyWords,
	HEALTH,
	HERE,
	METRICS,
	put,
	STOP,
	shopWith,
	shopWithout,
	start,
	THERE,
	until,
	WORKER,
} from "../../support/apply-every.ts";
import { runNamed } from "../../support/apply-named.ts";
import type { Step } from "../../support/apply-session.ts";
import { IS_LONG } from "../../support/is-long.ts";
import { describeKernel } from "../../support/kernel-suite.ts";

const OPTIONS = { addresses: WORKER, limitSeconds: 110 };

/** How the objects can be away, and what is said about it. */
const AWAY: readonly (readonly [step: Step, says: RegExp])[] = [
	[{ shell: 'rm "$SESSION/objects.json"' }, /objects\.json: cannot be read: no such file or directory/],
	[{ shell: 'mkdir "$SESSION/objects.json"' }, /objects\.json: no object found/],
	[
		{ shell: 'rmdir "$SESSION/objects.json"; echo "kind: [" >"$SESSION/objects.json"' },
		/objects\.json:\d+:\d+: cannot be parsed/,
	],
	[put(shopWith(HERE).slice(0, -100)), /objects\.json:\d+:\d+: cannot be parsed/],
	[put("apiVersion: v1\nitems:\n- {apiVersion: v1, kind: Service}\n"), /kind: expected the kind/],
	[put(""), /objects\.json: no object found/],
	[put(`{"apiVersion":"v1","kind":"List","items":[]}`), /no Node "worker-1"/],
	[put(shopWithout("Service")), /no Service of the objects gives rules, .*: the rules stay/],
];

for (const variant of ["legacy", "nft"] as const) {
	await describeKernel(`svcnat apply --every, with ${variant} iptables`, variant, () => {
		const save = saveStep(variant);

		it("follows the objects and whoever damages rules, tells once what is new, and leaves the rules when told to stop", async () => {
			const at = await runNamed(
				[
					["", put(shopWith(HERE))],
					["", start({ variant, every: "0.02s" })],
					["", ANOTHER_RUN],
					["first", save],
					["", put(shopWith(THERE))],
					["", ANOTHER_RUN],
					["moved", save],
					["", { shell: `iptables-${variant} -t nat -F KUBE-SERVICES` }],
					["damaged", save],
					["", ANOTHER_RUN],
					["healed", save],
					["", { shell: "nft add table ip kube-proxy" }],
					["", ANOTHER_RUN],
					["", { shell: "nft delete table ip kube-proxy" }],
					["stop", STOP],
					["stopped", save],
					["again", { shell: `'${process.execPath}' ${applyWords(variant, '"$SESSION/state"')}` }],
				],
				OPTIONS,
			);
			expect(at("first").stdout).toContain(`--to-destination ${HERE}:`);
			expect(at("moved").stdout).toContain(`--to-destination ${THERE}:`);
			expect(at("moved").stdout).not.toContain(`--to-destination ${HERE}:`);
			expect(savedTexts(at("damaged"))).not.toEqual(savedTexts(at("moved")));
			expect(savedTexts(at("healed"))).toEqual(savedTexts(at("moved")));
			expect(savedTexts(at("stopped"))).toEqual(savedTexts(at("healed")));
			expect(at("stop")).toMatchObject({ status: 0, stderr: expect.stringMatching(/note: stopped; the rules stay/) });
			expect(at("stop").stderr.match(/^note: done: /gm)).toHaveLength(3);
			// Every run finds it; one says so.
			const besides = at("stop").stderr.match(/^warning: there are tables of the nftables mode \(ip kube-proxy\)/gm);
			expect(besides).toHaveLength(1);
			expect(at("again")).toMatchObject({ status: 0, stderr: expect.stringContaining("nothing to do") });
		});

		if (variant === "legacy" && !IS_LONG) return;

		it("keeps the rules while the objects are away, says so, and goes on when they are back", async () => {
			const names = AWAY.map((_, index) => ({ saved: `saved ${index}`, health: `health ${index}` }));
			const at = await runNamed(
				[
					["", put(shopWith(HERE))],
					["", start({ variant })],
					["", ANOTHER_RUN],
					["before", save],
					["healthy", HEALTH],
					...AWAY.flatMap(([step], index) => [
						["", step] as const,
						["", ANOTHER_RUN] as const,
						[names[index]?.saved ?? "", save] as const,
						[names[index]?.health ?? "", HEALTH] as const,
					]),
					["failed", METRICS],
					["", put(shopWith(THERE))],
					["", ANOTHER_RUN],
					["back", save],
					["well", HEALTH],
					["good", METRICS],
					["stop", STOP],
				],
				OPTIONS,
			);
			expect(at("healthy").stdout).toBe("200 ok\n");
			for (const [index, { saved, health }] of names.entries()) {
				expect(savedTexts(at(saved)), String(AWAY[index]?.[1])).toEqual(savedTexts(at("before")));
				expect(at(health).stdout, String(AWAY[index]?.[1])).toBe("503 not ok\n");
				expect(at("stop").stderr).toMatch(AWAY[index]?.[1] as RegExp);
			}
			expect(at("failed").stdout).toMatch(/^svcnat_apply_success 0$/m);
			expect(Number(/^svcnat_apply_failures_total (\d+)$/m.exec(at("failed").stdout)?.[1])).toBeGreaterThanOrEqual(8);
			expect(at("back").stdout).toContain(`--to-destination ${THERE}:`);
			expect(at("well").stdout).toBe("200 ok\n");
			expect(at("good").stdout).toMatch(/^svcnat_apply_success 1$/m);
			expect(at("stop")).toMatchObject({ status: 0, stderr: expect.stringContaining("this run went well again") });
		});

		it("finishes the run at hand when told to stop", async () => {
			const slow = '[ -e "$SESSION/slow" ] && { : >"$SESSION/begun"; sleep 1; }; exec "$real" "$@"';
			const at = await runNamed(
				[
					["", put(shopWith(HERE))],
					["", start({ variant })],
					["", ANOTHER_RUN],
					["", { shell: ': >"$SESSION/slow"' }],
					["", put(shopWith(THERE))],
					["", { shell: until('[ -e "$SESSION/begun" ]') }],
					["stop", STOP],
					["after", save],
				],
				{ ...OPTIONS, programs: { [`iptables-${variant}-restore`]: slow } },
			);
			expect(at("stop")).toMatchObject({ status: 0, stderr: expect.stringMatching(/note: stopped/) });
			expect(at("stop").stderr.match(/^note: done: /gm)).toHaveLength(2);
			expect(at("after").stdout).toContain(`--to-destination ${THERE}:`);
		});

		it("goes on with a full disk, and says so", async () => {
			const around = [
				'[ -n "$INSIDE" ] || { export INSIDE=yes; exec unshare --mount sh "$0" "$@"; }',
				"mount -t tmpfs -o size=64k none /mnt || exit 1",
				`'${process.execPath}' ${applyWords(variant, "/mnt/state")} || exit 1`,
				"cat /dev/zero >/mnt/fill",
				'exec "$@"',
			].join("\n");
			const there = until(`iptables-${variant}-save | grep -q ' ${THERE}:'`);
			const at = await runNamed(
				[
					["", put(shopWith(HERE))],
					["", start({ variant, metrics: "/mnt/metrics", stateDirectory: "/mnt/state", around })],
					["", { shell: until(`iptables-${variant}-save | grep -q ' ${HERE}:'`) }],
					["", put(shopWith(THERE))],
					["moved", { shell: there }],
					["stop", STOP],
				],
				OPTIONS,
			);
			expect(at("moved")).toMatchObject({ status: 0 });
			expect(at("stop")).toMatchObject({
				status: 0,
				stderr: expect.stringContaining("--metrics /mnt/metrics: cannot be written: no space left on device"),
			});
		});
	});
}
