import { afterAll, expect, it } from "vitest";
import type { Family, KubeVersion } from "../../src/index.ts";
import { kernelCase, withoutCounts, withSortedTables } from "./kernel-case.ts";
import { loadsInKernel, type Variant } from "./kernel-load.ts";
import { describeKernel } from "./kernel-suite.ts";
import { type OracleCase, oracleCases } from "./oracle.ts";

/** Tests that the kernel has what svcnat says, for every captured cluster state. */
export async function describeEveryCase(variant: Variant, family: Family): Promise<void> {
	const cases = oracleCases();
	await describeKernel(`${family} rules in the kernel, loaded with ${variant} iptables`, variant, () => {
		let loads = 0;
		for (const oracleCase of cases) {
			it(oracleCase.name, async () => {
				await expectSameInKernel(oracleCase, { variant, family, kubeVersion: "1.36" });
				loads++;
			});
		}
		afterAll(() => console.log(`kernel: ${loads} of ${cases.length} cases equal, ${family}, ${variant}`));
	});
}

/** Loads what svcnat compiles, and compares what the kernel then has with what svcnat says that it has. */
export async function expectSameInKernel(
	oracleCase: OracleCase,
	options: { readonly variant: Variant; readonly family: Family; readonly kubeVersion: KubeVersion },
): Promise<void> {
	const { variant, family, kubeVersion } = options;
	const { restore, save, requirements, setup } = kernelCase(oracleCase, family, kubeVersion);
	const { ok, stderr, saved } = await loadsInKernel(restore, { variant, family, requirements, setup });
	expect({ ok, stderr }).toEqual({ ok: true, stderr: "" });
	const inOrder = variant === "legacy" ? withSortedTables : (text: string) => text;
	expect(inOrder(withoutCounts(saved))).toBe(inOrder(save));
}
