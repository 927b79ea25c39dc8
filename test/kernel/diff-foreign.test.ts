import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, expect, it } from "vitest";
import { diff } from "../../src/diff/diff.ts";
import { damaged, foreignLines } from "../support/diff-foreign.ts";
import { applyInKernel, type Place, restoreText } from "../support/diff-kernel.ts";
import { randomFrom, SEED } from "../support/diff-random.ts";
import { shopState } from "../support/diff-shop.ts";
import { stateOf } from "../support/diff-states.ts";
import { IS_LONG } from "../support/is-long.ts";
import { describeKernel } from "../support/kernel-suite.ts";

const ROOT = fileURLToPath(new URL("../../fixtures/dumps/", import.meta.url));

/** With a table that the tool does not show: its comment is a problem. */
const files = readdirSync(ROOT).filter((file) => file.endsWith(".txt") && file !== "mixed-backends.nft.txt");

for (const variant of ["legacy", "nft"] as const) {
	const ofVariant = files.filter((file) => file.endsWith(`.${variant}.txt`));
	await describeKernel(`correcting a node with rules of others, with ${variant} iptables`, variant, () => {
		const read = (file: string) => {
			const place: Place = { family: file.startsWith("ip6.") ? "ipv6" : "ipv4", variant };
			return { dump: readFileSync(`${ROOT}${file}`, "utf8"), place };
		};
		let count = 0;

		it.each(ofVariant)("%s gets the rules of the shop and keeps every rule of others", async (file) => {
			const { dump, place } = read(file);
			await expectCorrected(dump, place);
			count++;
		});

		it.each(ofVariant)("%s does so too when kube-proxy's rules are damaged", async (file) => {
			const { dump, place } = read(file);
			const random = randomFrom(SEED);
			for (let round = 0; round < ROUNDS; round++) {
				await expectCorrected(damaged(dump, random), place);
				count++;
			}
		});

		afterAll(() => console.log(`kernel: ${count} nodes with rules of others corrected, ${variant}`));
	});
}

const ROUNDS = IS_LONG ? 25 : 2;

async function expectCorrected(dump: string, place: Place): Promise<void> {
	const wanted = shopState(place.family);
	const live = stateOf(dump, place.family);
	const before = diff(live, wanted, { telling: "live" });
	const saved = await applyInKernel(dump, restoreText(live, wanted, before), place);
	const after = diff(stateOf(saved, place.family), wanted, { telling: "live" });
	expect(after).toMatchObject({ equal: true, services: [], added: [], removed: [], chains: [] });
	expect(after.findings.filter(({ severity }) => severity === "error")).toEqual([]);
	expect(foreignLines(saved)).toEqual(foreignLines(dump));
}
