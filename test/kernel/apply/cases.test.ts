import { afterAll, it } from "vitest";
import { expectChain } from "../../support/apply-chain.ts";
import { IS_LONG } from "../../support/is-long.ts";
import { describeKernel } from "../../support/kernel-suite.ts";
import { oracleCases } from "../../support/oracle.ts";

/** What others have on the node: one after the other, as the chains of cases come. */
const DUMPS = [undefined, "docker", "fail2ban", "calico", "kubeadm", "firewalld", "k3s"];

/** How many cases are applied one over the other. */
const LENGTH = IS_LONG ? 15 : 4;

const all = oracleCases();
const cases = IS_LONG ? all : all.filter((_, index) => index % 8 === 3 && !all[index]?.name.includes("large"));
const starts = cases.map((_, index) => index).filter((index) => index % LENGTH === 0);
const chains = starts.map((start, index) => ({
	cases: cases.slice(start, start + LENGTH),
	names: `${cases[start]?.name} and what follows`,
	dump: DUMPS[index % DUMPS.length],
}));
/** Every case goes into an empty kernel, too. */
const onEmpty = IS_LONG
	? chains.filter(({ dump }) => dump !== undefined).map((chain) => ({ ...chain, dump: undefined }))
	: [];

for (const variant of ["legacy", "nft"] as const) {
	await describeKernel(`svcnat apply of every captured cluster, with ${variant} iptables`, variant, () => {
		let count = 0;

		it.each([...chains, ...onEmpty])("$names, on a node with rules of $dump", async ({ cases: chain, dump }) => {
			const { applied } = await expectChain(chain, variant, dump);
			count += applied;
		});

		afterAll(() =>
			console.log(`apply: ${count} times the captured rules of both families, each applied twice, ${variant}`),
		);
	});
}
