import { expect, it } from "vitest";
import { savedTexts, saveStep } from "../../support/apply-cases.ts";
import { applyWords, HERE, put, shopWith, WORKER } from "../../support/apply-every.ts";
import { runNamed } from "../../support/apply-named.ts";
import type { Step } from "../../support/apply-session.ts";
import { describeKernel } from "../../support/kernel-suite.ts";

/** The objects without the Service `cart` and its slices. */
function withoutCart(): string {
	const { items, ...list }: { items: readonly unknown[] } = JSON.parse(shopWith(HERE));
	return JSON.stringify({
		...list,
		items: items.filter((item) => !/"(?:name|service-name)":"cart/.test(JSON.stringify(item))),
	});
}

/** What a shell must not run when the command is copied. */
const MINE = "of $HOME";

/** Lets a chain of somebody else's lead to the one with a comment in it. */
function leadTo(comment: string, variant: string): Step {
	const ipt = `iptables-${variant}`;
	const chain = `$(${ipt} -t nat -S | sed -n '/${comment}/s/^-A KUBE-SERVICES .*-j //p')`;
	return { shell: `${ipt} -t nat -N MINE && ${ipt} -t nat -A MINE -p tcp -m comment --comment '${MINE}' -j ${chain}` };
}

for (const variant of ["legacy", "nft"] as const) {
	await describeKernel(`a chain that cannot be deleted, with ${variant} iptables`, variant, () => {
		it("is blamed on the rule of somebody else that leads there, with the command that removes it", async () => {
			const line = `'${process.execPath}' ${applyWords(variant, '"$SESSION/state"')}`;
			const apply: Step = { shell: line };
			const save = saveStep(variant);
			const remove = `sed -n '/^iptables-${variant} /p' "$SESSION/said" | sh -e`;
			const at = await runNamed(
				[
					["", put(shopWith(HERE))],
					["", apply],
					["", leadTo("shop.cart.* cluster IP", variant)],
					["before", save],
					["", put(withoutCart())],
					["refused", { shell: `${line} 2>"$SESSION/said"; status=$?; cat "$SESSION/said" >&2; exit "$status"` }],
					["after", save],
					["", { shell: remove }],
					["then", apply],
					["gone", save],
				],
				{ addresses: WORKER },
			);
			const { status, stderr } = at("refused");
			expect(status).toBe(2);
			expect(stderr).toMatch(/^line \d+, which belongs to Service shop\/cart(?::\S+)?: -X KUBE-SVC-[A-Z2-7]{16}$/m);
			const removes = new RegExp(
				`^iptables-${variant} -t nat -D MINE -p tcp -m comment --comment '${MINE.replaceAll("$", "[$]")}' -j KUBE-SVC-[A-Z2-7]{16}$`,
				"m",
			);
			expect(stderr).toMatch(removes);
			expect(savedTexts(at("after"))).toEqual(savedTexts(at("before")));
			expect(at("then")).toMatchObject({ status: 0, stderr: expect.stringContaining("note: done") });
			expect(savedTexts(at("gone")).v4).not.toContain("shop/cart");
		});
	});
}
