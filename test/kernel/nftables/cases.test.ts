import { afterAll, expect, it } from "vitest";
import { KUBE_VERSIONS } from "../../../src/index.ts";
import { compileParts, readCase } from "../../support/compile-case.ts";
import { describeUnless } from "../../support/describe-unless.ts";
import { interfacesIn, loadsWithNft, nftProblem } from "../../support/nft-load.ts";
import { oracleCases } from "../../support/oracle.ts";

const cases = oracleCases();

let loads = 0;
let compiled = 0;

describeUnless(await nftProblem(), "rules of the nftables mode in the kernel, both families", () => {
	for (const oracleCase of cases) {
		it(oracleCase.name, async () => {
			const read = readCase(oracleCase);
			const seen = new Set<string>();
			for (const version of KUBE_VERSIONS) {
				const {
					"nft.v4.txt": v4 = "",
					"nft.v6.txt": v6 = "",
					"ruleset.txt": listing,
				} = compileParts(read, "nftables", version);
				const text = v4 + v6;
				if (text === "") continue;
				compiled++;
				if (seen.has(text)) continue;
				seen.add(text);
				const result = await loadsWithNft(text, interfacesIn(text));
				expect({ ok: result.ok, stderr: result.stderr }, version).toEqual({ ok: true, stderr: "" });
				expect(result.listing, version).toBe(listing);
				loads++;
			}
			expect(seen.size).toBeGreaterThan(0);
		});
	}

	afterAll(() => {
		console.log(
			`kernel: ${loads} different transactions of ${compiled} (${cases.length} cases, 1.31 to 1.36) listed as compiled`,
		);
	});
});
