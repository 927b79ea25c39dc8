import { expect, it } from "vitest";
import { applyWords, HERE, put, shopWith, shopWithout, THERE, WORKER } from "../../support/apply-every.ts";
import { runNamed } from "../../support/apply-named.ts";
import type { Step } from "../../support/apply-session.ts";
import { describeUnless } from "../../support/describe-unless.ts";
import { nftProblem } from "../../support/nft-load.ts";

function apply(more = ""): Step {
	return { shell: `'${process.execPath}' ${applyWords("nftables", '"$SESSION/state"')} ${more}` };
}

/** The endpoint of cart that stays, as the name of its set ends. */
const STAYS = "10.244.1.6/8080";
const LIST: Step = {
	shell: `set=$(nft list sets ip | sed -n 's/^\\tset \\(affinity-.*cart.*${STAYS.replace("/", "\\/")}\\) {/\\1/p')
nft list set ip kube-proxy "$set"`,
};
const REMEMBER: Step = {
	shell: `${LIST.shell} >/dev/null; nft add element ip kube-proxy "$set" '{ 198.51.100.7 }'`,
};

describeUnless(await nftProblem(), "clients that the kernel remembers for session affinity", () => {
	it("are remembered while other endpoints, other Services and all rules are written anew", async () => {
		const at = await runNamed(
			[
				["", put(shopWith(HERE))],
				["", apply("-q")],
				["", REMEMBER],
				["first", LIST],
				["", put(shopWith(THERE))],
				["moved", apply()],
				["after another endpoint", LIST],
				["full", apply("--full")],
				["after everything", LIST],
				["", put(shopWithout("EndpointSlice"))],
				["", apply("--force")],
				["gone", { shell: "nft list sets ip" }],
			],
			{ addresses: WORKER },
		);
		expect(at("first").stdout).toMatch(/198\.51\.100\.7 expires 59m/);
		for (const name of ["moved", "full"] as const) {
			expect(at(name)).toMatchObject({
				status: 0,
				stderr: expect.stringContaining("and the node has what it should have"),
			});
		}
		for (const name of ["after another endpoint", "after everything"] as const) {
			expect(at(name).stdout, name).toMatch(/198\.51\.100\.7 expires 59m/);
		}
		expect(at("gone").stdout).not.toContain("affinity-");
	});
});
