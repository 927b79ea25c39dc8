import { expect } from "vitest";
import { addressesOf, applyCase } from "./apply-cases.ts";
import { LIST_OTHERS, TABLES_OF_OTHERS } from "./apply-nft-others.ts";
import { CALLS, NOTING, runSession, type Step, type StepResult } from "./apply-session.ts";
import { canonListing } from "./canon.ts";
import { captures, type OracleCase } from "./oracle.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

/** Prints kube-proxy's tables. */
export const LIST_OWN: Step = {
	shell: ["ip", "ip6"]
		.map((family) => `nft -s list ruleset ${family} | sed -n '/^table ${family} kube-proxy {/,/^}/p'`)
		.join("; "),
};

/**
 * Applies cases one over the other in one network namespace, each twice, then cleans up. nft has to list what was captured, the
 * second time no command may run, and tables of others are never touched.
 *
 * @returns how many
 */
export async function expectNftChain(cases: readonly OracleCase[]): Promise<number> {
	const directory = temporaryDirectory();
	const steps: readonly Step[] = [
		TABLES_OF_OTHERS,
		LIST_OTHERS,
		CALLS,
		...cases.flatMap((oracleCase): readonly Step[] => {
			const words = applyCase(oracleCase, "nftables", directory);
			// A case without Services, or without EndpointSlices, comes after one that has some.
			return [{ svcnat: [...words, "--force"] }, LIST_OWN, CALLS, { svcnat: words }, CALLS];
		}),
		LIST_OTHERS,
		{ svcnat: ["cleanup", "--state-dir", directory] },
		LIST_OWN,
		LIST_OTHERS,
	];
	const results = await runSession(steps, { addresses: addressesOf(cases), programs: NOTING, directory });
	const others = at(results, 1).stdout;
	expect(others).toMatch(/# handle \d+/);
	for (const [index, { name }] of cases.entries()) {
		const start = 3 + index * 5;
		const [apply, listed, changes, again, changesAgain] = results.slice(start, start + 5);
		expect(apply, `${name}: ${apply?.stderr}`).toMatchObject({ status: 0 });
		expect(capturedListings(name), name).toContain(plain(listed?.stdout ?? ""));
		expect(changes?.stdout, name).toMatch(
			index === 0 ? /^nft --check -f -\nnft -f -\n(?:conntrack .*\n)*$/ : /^(?:nft |$)/,
		);
		expect(again, name).toMatchObject({ status: 0, stderr: expect.stringContaining("nothing to do") });
		expect(changesAgain?.stdout, name).toBe("");
	}
	const [before, cleanup, own, after] = results.slice(-4);
	expect(before?.stdout).toBe(others);
	expect(cleanup).toMatchObject({ status: 0 });
	expect(own?.stdout).toBe("");
	expect(after?.stdout).toBe(others);
	return cases.length;
}

function at(results: readonly StepResult[], index: number): StepResult {
	const result = results[index];
	if (result === undefined) throw new Error("a step is missing");
	return result;
}

/** What nft listed after the real kube-proxy, one or several texts that count as equal. */
function capturedListings(name: string): readonly string[] {
	const found = captures(name, "nftables").find(({ version, file }) => version === "1.36" && file === "ruleset.txt");
	if (found === undefined) throw new Error(`${name}: there is no capture`);
	return found.outcomes.map(plain);
}

/** Neither kube-proxy nor svcnat writes an element anew for its comment. */
function plain(listing: string): string {
	return canonListing(listing.replaceAll(/ comment "[^"]*"/g, ""));
}
