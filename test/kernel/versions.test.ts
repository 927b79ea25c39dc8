import { it } from "vitest";
import { expectSameInKernel } from "../support/kernel-cases.ts";
import { describeKernel } from "../support/kernel-suite.ts";
import { oracleCases } from "../support/oracle.ts";

/** Counters and markers for node ports, source ranges of length 0, addresses as slices spell them. */
const SAMPLE = ["12-nodeport", "19-lb-source-ranges-all", "94-odd-addresses"];

/** 1.30 has no nfacct counters; both have `-s 0.0.0.0/0`, which iptables-save leaves out. */
const VERSIONS = ["1.30", "1.33"] as const;

const cases = oracleCases().filter(({ name }) => SAMPLE.includes(name));

for (const variant of ["legacy", "nft"] as const) {
	await describeKernel(`rules of older versions in the kernel, loaded with ${variant} iptables`, variant, () => {
		for (const kubeVersion of VERSIONS) {
			for (const oracleCase of cases) {
				it(`${oracleCase.name}, ${kubeVersion}, both families`, async () => {
					await expectSameInKernel(oracleCase, { variant, kubeVersion, family: "ipv4" });
					await expectSameInKernel(oracleCase, { variant, kubeVersion, family: "ipv6" });
				});
			}
		}
	});
}
