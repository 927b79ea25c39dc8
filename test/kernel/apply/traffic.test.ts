import { afterAll, expect, it } from "vitest";
import { type Call, callServices, PLACES, type TrafficPlace } from "../../support/apply-traffic.ts";
import { callOf, foundResult, sum, unequalShares, wantedResult } from "../../support/apply-traffic-expect.ts";
import { FROM_REMOTE, ROWS, type Row } from "../../support/apply-traffic-rows.ts";
import { describeUnless } from "../../support/describe-unless.ts";
import { IS_LONG } from "../../support/is-long.ts";
import { labProblem } from "../../support/trace-problem.ts";
import type { LabDialed } from "../../support/wired-dial.ts";

/** Connections by which shares are judged. */
const MANY = 1000;

/** Where they are: by lot among all endpoints, and among those on the node. */
const SHARED: readonly string[] = [
	"client to the cluster IP of everywhere over tcp",
	"client to the node port of everywhere over udp",
	"pod1 to the cluster IP of everywhere over tcp",
	"client to the load-balancer IP of local over tcp",
];

/** One client keeps its endpoint whatever frontend it calls. */
const STICKY: readonly Call[] = (["tcp", "udp"] as const).flatMap((protocol) =>
	(["client", "pod1", "neighbour"] as const).flatMap((caller) =>
		(["cluster IP", "node port", "load-balancer IP"] as const).map((frontend) => ({
			...{ caller, service: "sticky", frontend, protocol, times: 20, timeout: 0.9 },
		})),
	),
);

describeUnless(await labProblem(), "connections through what svcnat apply loaded", () => {
	let answered = 0;

	it.each(
		IS_LONG ? PLACES : PLACES.slice(0, 3),
	)("reach the right endpoints, which see whom they should: $family, $loader", async (place) => {
		const cases = casesFor(place);
		const results = await callServices(place, [...cases.map(({ call }) => call), ...STICKY]);
		const found = cases.map(({ title, row: [caller] }, index) => ({
			title,
			...foundResult(at(results, index), caller, place.family),
		}));
		expect(found).toEqual(cases.map(({ title, row, call }) => ({ title, ...wantedResult(row[3], call) })));

		const shared = cases.flatMap(({ title, call }, index) =>
			call.times === MANY ? [{ title, unequal: unequalShares(at(results, index).served) }] : [],
		);
		expect(shared).toEqual(SHARED.map((title) => ({ title, unequal: [] })));

		expectSticky(results.slice(cases.length));
		answered += sum(results.flatMap(({ served }) => Object.values(served)));
	});

	afterAll(() => console.log(`apply: ${answered} real connections answered by the right endpoints`));
});

/** Each row over TCP and UDP. */
function casesFor(place: TrafficPlace): readonly { readonly title: string; readonly row: Row; readonly call: Call }[] {
	const rows = ROWS.filter((row) => isServed(row, place));
	return rows.flatMap((row) =>
		(["tcp", "udp"] as const).map((protocol) => {
			const [caller, service, frontend] = row;
			const title = `${caller} to the ${frontend} of ${service} over ${protocol}`;
			return { title, row, call: callOf(row, protocol, SHARED.includes(title) ? MANY : undefined) };
		}),
	);
}

/**
 * Node ports do not answer on ::1, and with nftables not on 127.0.0.1 either; nor do rules of nftables hide a pod of another node
 * from itself, which would come back this way only.
 */
function isServed([caller, , frontend, expected]: Row, { family, loader }: TrafficPlace): boolean {
	if (loader !== "nftables") return frontend !== "loopback" || family === "ipv4";
	return frontend !== "loopback" && !(caller === "remote" && expected === FROM_REMOTE);
}

/** One endpoint for each client and protocol. */
function expectSticky(results: readonly LabDialed[]): void {
	const endpoints = new Map<string, Set<string>>();
	for (const [index, { caller, protocol, times }] of STICKY.entries()) {
		const { served, errors } = at(results, index);
		const client = `${caller} over ${protocol}`;
		expect({ client, counts: Object.values(served), errors }).toEqual({ client, counts: [times], errors: {} });
		const known = endpoints.get(client) ?? new Set();
		endpoints.set(client, new Set([...known, ...Object.keys(served).map(endpointOf)]));
	}
	expect([...endpoints.values()].map(({ size }) => size)).toEqual([1, 1, 1, 1, 1, 1]);
}

function endpointOf(served: string): string {
	return served.split(" ")[0] ?? "";
}

function at(results: readonly LabDialed[], index: number): LabDialed {
	const result = results[index];
	if (result === undefined) throw new Error(`there is no result ${index}`);
	return result;
}
