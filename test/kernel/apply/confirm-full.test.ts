import { expect, it } from "vitest";
import { savedTexts, saveStep } from "../../support/apply-cases.ts";
import { applyWords, HERE, put, shopWith, WORKER } from "../../support/apply-every.ts";
import { runNamed } from "../../support/apply-named.ts";
import { describeKernel } from "../../support/kernel-suite.ts";

await describeKernel("svcnat apply --full --confirm-timeout", "nft", () => {
	it("does not claim that nothing was changed when nobody says yes to rules that mean what they meant", async () => {
		const apply = `'${process.execPath}' ${applyWords("nft", '"$SESSION/state"')}`;
		const edit = "-m mark ! --mark 0x4000/0x4000 -m comment --comment changed -j RETURN";
		const at = await runNamed(
			[
				["", put(shopWith(HERE))],
				["", { shell: apply }],
				["before", saveStep("nft")],
				["", { shell: `iptables-nft -t nat -R KUBE-POSTROUTING 1 ${edit}` }],
				["full", { shell: `${apply} --full --confirm-timeout 20s </dev/null` }],
				["after", saveStep("nft")],
			],
			{ addresses: WORKER },
		);
		const says = "nobody said yes\nthe rules that were loaded mean the same as those before, and stay\n";
		expect(at("full")).toMatchObject({ status: 2, stderr: expect.stringContaining(says) });
		expect(savedTexts(at("after"))).toEqual(savedTexts(at("before")));
	});
});
