import fc from "fast-check";
import { afterAll, expect, it } from "vitest";
import { arbitraryConfig, arbitraryObjects } from "../../support/arbitrary-snapshot.ts";
import { readCase } from "../../support/compile-case.ts";
import { modelOf } from "../../support/compile-objects.ts";
import { describeUnless } from "../../support/describe-unless.ts";
import { type IpvsCase, ipvsCase, ipvsCaseOf } from "../../support/ipvs-case.ts";
import { expectReprintable, expectSame } from "../../support/ipvs-compare.ts";
import { type IpvsResult, loadInMachine } from "../../support/ipvs-load.ts";
import { IS_LONG } from "../../support/is-long.ts";
import { oracleCases } from "../../support/oracle.ts";

const SETTINGS = { strictARP: true, tcpTimeout: "15m", tcpFinTimeout: "30s", udpTimeout: "1m", scheduler: "mh" };

const cases = oracleCases().map((oracleCase) => ipvsCase(readCase(oracleCase)));
const tuned = withSettings("every setting of IPVS at once", SETTINGS);

const generated = generatedCases(IS_LONG ? 200 : 10);

const { problem, results, seconds } = await loadInMachine([...cases, tuned, ...generated]);

describeUnless(problem, "IPVS mode in the kernel", () => {
	let loads = 0;

	it.for(cases)("$name", (one) => {
		expectSame(one, resultOf(one));
		loads++;
	});

	it.for(generated)("$name", (one) => expectSame(one, resultOf(one)));

	it(tuned.name, () => {
		expectSame(tuned, resultOf(tuned));
		expect(resultOf(tuned).kernel["timeouts.txt"]).toBe("Timeout (tcp tcpfin udp): 900 30 60\n");
	});

	afterAll(() => {
		console.log(`kernel: ${loads} of ${cases.length} cases equal, IPVS, both families, ${seconds.toFixed(0)} s`);
	});
});

describeUnless(problem, "what ipset and ipvsadm print is read and printed again", () => {
	it.for([...cases, tuned, ...generated])("$name", (one) => {
		expectReprintable(resultOf(one));
	});
});

function resultOf({ name }: IpvsCase): IpvsResult {
	const result = results.get(name);
	if (result === undefined) throw new Error("was not loaded");
	return result;
}

/** A captured cluster state with settings that none of them has. */
function withSettings(name: string, settings: object): IpvsCase {
	const [first] = oracleCases().map(readCase);
	if (first === undefined) throw new Error("there are no captures");
	return ipvsCase({ ...first, case: { ...first.case, name }, config: { ...Object(first.config), ipvs: settings } });
}

/** The same generated snapshots in every run. */
function generatedCases(count: number): readonly IpvsCase[] {
	const snapshots = fc.sample(fc.tuple(arbitraryObjects, arbitraryConfig), { seed: 20261121, numRuns: count });
	return snapshots.map(([objects, config], index) => {
		const models = (["ipv4", "ipv6"] as const).map((family) => modelOf({ objects, config, family }));
		return ipvsCaseOf(`generated snapshot ${index + 1}`, models);
	});
}
