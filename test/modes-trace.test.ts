import { readFileSync } from "node:fs";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { compareModes, type ModeDifference } from "../src/explain/compare-modes.ts";
import { prepare } from "../src/explain/prepare.ts";
import { probeText } from "../src/explain/probes.ts";
import { backends, type Family, type Model, type ServicePort, type Snapshot } from "../src/index.ts";
import { type IP, isLoopback } from "../src/net/ip.ts";
import { arbitraryConfig, arbitraryObjects } from "./support/arbitrary-snapshot.ts";
import { modelOfCase, readCase } from "./support/compile-case.ts";
import { modelOf } from "./support/compile-objects.ts";
import { IS_LONG } from "./support/is-long.ts";
import { oracleCases } from "./support/oracle.ts";

/** A difference between iptables and IPVS that is known, as `docs/modes.md` words it. */
interface Reason {
	/** How many kinds of packets of the captured clusters it is about. */
	readonly packets: number;
	readonly explains: (difference: ModeDifference, port: ServicePort, model: Model) => boolean;
}

const REASONS: Readonly<Record<string, Reason>> = {
	"A node port on 127.0.0.1": {
		packets: 114,
		explains: ({ probe }) => probe.frontend === "node-port" && isLoopback(probe.packet.to),
	},
	"External policy Local, and a pod or the node itself dials": {
		packets: 203,
		explains: ({ probe, old, current }, port) =>
			isExternal(probe) &&
			isInside(probe) &&
			port.external.policy === "Local" &&
			endpointsIn(old).every((endpoint) => addressesOf(port.selection.cluster).includes(endpoint)) &&
			endpointsIn(current).every((endpoint) => addressesOf(port.external.endpoints).includes(endpoint)),
	},
	"External policy Local without a local endpoint": {
		packets: 14,
		explains: ({ probe, old, current }, port) =>
			isExternal(probe) &&
			hasOnlyRemote(port, "external") &&
			verdictsIn(old) === "dropped" &&
			verdictsIn(current) === "forwarded",
	},
	"Internal policy Local without a local endpoint, and the Service can be reached from outside": {
		packets: 3,
		explains: ({ probe, old, current }, port) =>
			!isExternal(probe) &&
			hasOnlyRemote(port, "internal") &&
			port.isExternallyAccessible &&
			verdictsIn(old) === "dropped" &&
			verdictsIn(current) === "forwarded",
	},
	"Internal policy Local without a local endpoint, and the Service cannot be reached from outside": {
		packets: 51,
		explains: ({ probe, old, current }, port) =>
			!isExternal(probe) &&
			hasOnlyRemote(port, "internal") &&
			!port.isExternallyAccessible &&
			verdictsIn(old) === "dropped" &&
			verdictsIn(current) === "rejected",
	},
	"No endpoint at all, and the node itself dials an external or load-balancer IP": {
		packets: 5,
		explains: ({ probe, old, current }, port) =>
			probe.client === "node" &&
			["external-ip", "load-balancer-ip"].includes(probe.frontend) &&
			!port.selection.hasEndpoints &&
			verdictsIn(old) === "forwarded" &&
			verdictsIn(current) === "rejected",
	},
	"Nobody to serve a node port, at an address on which node ports do not answer": {
		packets: 3,
		explains: ({ probe, old, current }, port, { nodePortAddresses }) =>
			probe.frontend === "node-port" &&
			nodePortAddresses.kind === "some" &&
			!nodePortAddresses.ips.includes(probe.packet.to) &&
			port.external.endpoints.length === 0 &&
			["rejected", "dropped"].includes(verdictsIn(old)) &&
			verdictsIn(current) === "delivered",
	},
	"The node itself dials a node port's number at an address on which node ports do not answer": {
		packets: 1,
		explains: ({ probe, old, current }, _, { nodePortAddresses }) =>
			probe.frontend === "node-port" &&
			probe.client === "node" &&
			nodePortAddresses.kind === "some" &&
			!nodePortAddresses.ips.includes(probe.packet.to) &&
			verdictsIn(old) === "delivered" &&
			verdictsIn(current) === "delivered" &&
			old.every(({ isMasqueraded }) => !isMasqueraded) &&
			current.every(({ isMasqueraded }) => isMasqueraded),
	},
	"No endpoint at all, and a client in none of the source ranges": {
		packets: 0,
		explains: ({ probe, old, current }, port) =>
			probe.frontend === "load-balancer-ip" &&
			port.sourceRanges.length > 0 &&
			!port.selection.hasEndpoints &&
			verdictsIn(old) === "rejected" &&
			verdictsIn(current) === "dropped",
	},
	"An address and port that two Services claim": {
		packets: 0,
		explains: ({ probe: { packet } }, _, { servicePorts }) =>
			servicePorts.filter(
				(port) => claims(port, packet.to) && port.port === packet.port && port.protocol === packet.protocol,
			).length > 1,
	},
	"The node itself dials an address with external policy Local": {
		packets: 5,
		explains: ({ probe, current }, port) =>
			probe.client === "node" &&
			isExternal(probe) &&
			port.external.policy === "Local" &&
			current.every(({ source }) => source === probe.packet.to),
	},
};

function claims({ clusterIP, externalIPs, loadBalancerIPs }: ServicePort, ip: IP): boolean {
	return clusterIP === ip || externalIPs.includes(ip) || loadBalancerIPs.includes(ip);
}

function isExternal({ frontend }: ModeDifference["probe"]): boolean {
	return frontend !== "cluster-ip";
}

function isInside({ client }: ModeDifference["probe"]): boolean {
	return client === "pod" || client === "endpoint" || client === "node";
}

function hasOnlyRemote(port: ServicePort, side: "external" | "internal"): boolean {
	return port[side].policy === "Local" && port[side].endpoints.length === 0 && port.selection.hasEndpoints;
}

function endpointsIn(outcomes: ModeDifference["old"]): readonly string[] {
	return outcomes.map(({ destination: { ip, port } }) => `${ip} ${port}`);
}

function addressesOf(endpoints: ServicePort["endpoints"]): readonly string[] {
	return endpoints.map(({ ip, port }) => `${ip} ${port}`);
}

function verdictsIn(outcomes: ModeDifference["old"]): string {
	return [...new Set(outcomes.map(({ verdict }) => verdict))].sort().join(" ");
}

function inBothModes(model: Model): ReturnType<typeof compareModes> {
	const [iptables, ipvs] = (["iptables", "ipvs"] as const).flatMap((mode) => {
		const state = backends[mode]((backend) => backend.state(backend.build(model)));
		return prepare({ snapshot: EMPTY, nodes: [{ model, state }] });
	});
	if (iptables === undefined || ipvs === undefined) throw new Error("nothing was compiled");
	return compareModes(iptables, ipvs, () => true);
}

function reasonsFor(difference: ModeDifference, model: Model): readonly string[] {
	const reasons = Object.entries(REASONS).flatMap(([text, { explains }]) =>
		explains(difference, difference.probe.servicePort, model) ? [text] : [],
	);
	for (const text of reasons) occurred.add(text);
	return reasons;
}

function textOf({ probe, differences }: ModeDifference): string {
	return [
		`${probe.servicePort.name}: ${probeText(probe)}`,
		...differences.map(({ kind, old, current }) => `${kind}: ${old} => ${current}`),
	].join("; ");
}

const EMPTY: Snapshot = { services: [], endpointSlices: [], nodes: [], serviceCIDRs: [] };

/** How many clusters are generated. */
const CLUSTERS = IS_LONG ? 5000 : 200;

const expectedCounts = Object.fromEntries(Object.entries(REASONS).map(([text, { packets }]) => [text, packets]));

/** Reasons that explained something. */
const occurred = new Set<string>();

let generated = 0;
let probes = 0;
const found = new Map<string, number>(Object.keys(REASONS).map((text) => [text, 0]));

describe("IPVS treats every kind of packet as iptables does, but for what docs/modes.md lists", () => {
	for (const oracleCase of oracleCases()) {
		const read = readCase(oracleCase);
		it.each(["ipv4", "ipv6"] as const)(`${oracleCase.name} %s`, (family) => {
			const model = modelOfCase(read, "1.36", family);
			if (model === undefined) throw new Error("the configuration is refused");
			const compared = inBothModes(model);
			probes += compared.probes;
			const unexplained = compared.differences.filter((difference) => {
				const reasons = reasonsFor(difference, model);
				for (const text of reasons.slice(0, 1)) found.set(text, (found.get(text) ?? 0) + 1);
				return reasons.length === 0;
			});
			expect(unexplained.map(textOf)).toEqual([]);
		});
	}

	it("in generated clusters too", () => {
		const input = fc.record({
			objects: arbitraryObjects,
			config: arbitraryConfig,
			family: fc.constantFrom("ipv4", "ipv6"),
		});
		fc.assert(
			fc.property(input, ({ objects, config, family }) => {
				const model = modelOf({ objects, config, family: family as Family });
				const { probes: count, differences } = inBothModes(model);
				generated += count;
				expect(differences.filter((one) => reasonsFor(one, model).length === 0).map(textOf)).toEqual([]);
			}),
			{ numRuns: CLUSTERS, seed: 20261121 },
		);
	});

	it("and docs/modes.md lists the same differences", () => {
		const page = readFileSync(new URL("../docs/modes.md", import.meta.url), "utf8");
		const table = page.split("| when |")[1]?.split("\n\n")[0] ?? "";
		const rows = table
			.split("\n")
			.slice(2)
			.map((row) => row.split("|").map((cell) => cell.trim()));
		const listed = rows.map((cells) => [cells[1], Number(cells[4])]);
		expect(Object.fromEntries(listed)).toEqual(expectedCounts);
	});

	it("and each of these differences occurs, as often as it is listed", () => {
		expect(Object.fromEntries(found)).toEqual(expectedCounts);
		expect(Object.keys(REASONS).filter((text) => !occurred.has(text))).toEqual([]);
	});

	afterAll(() =>
		console.log(
			`modes: ${probes} kinds of packets traced through iptables and IPVS, ${generated} in generated clusters`,
		),
	);
});
