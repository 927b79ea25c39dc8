import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect } from "vitest";
import { SHOP } from "./diff-support.ts";

/** The label `tier` that Services of the shop get; those that are not here get no label. */
const TIERS: Readonly<Record<string, string>> = { web: "front", admin: "front", cart: "back" };

/** A copy of the shop in which Services have labels; it is gone after the tests of the file. */
export function labelledShop(): string {
	const copy = mkdtempSync(join(tmpdir(), "svcnat-labelled-"));
	afterAll(() => rmSync(copy, { recursive: true, force: true }));
	let labels = 0;
	for (const file of readdirSync(SHOP)) {
		const text = readFileSync(join(SHOP, file), "utf8");
		const labelled = text.replaceAll(/^kind: Service\nmetadata:\n {2}name: (\S+)$/gm, (found, service: string) => {
			const tier = TIERS[service];
			if (tier === undefined) return found;
			labels += 1;
			return `${found}\n  labels: {tier: ${tier}}`;
		});
		writeFileSync(join(copy, file), labelled);
	}
	expect(labels).toBe(Object.keys(TIERS).length);
	return copy;
}
