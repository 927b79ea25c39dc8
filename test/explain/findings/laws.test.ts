import { describe, expect, it } from "vitest";
import type { NodeInFamily } from "../../../src/explain/context.ts";
import { type Finding, SEVERITIES } from "../../../src/explain/finding.ts";
import { findingsOf } from "../../../src/explain/findings/findings.ts";
import { backends, newTracer, type Snapshot, type Tracer } from "../../../src/index.ts";
import type { ServicePort } from "../../../src/model/service-port.ts";
import { hostCIDR } from "../../../src/net/cidr.ts";
import { familyOf, type IP, parseIP } from "../../../src/net/ip.ts";
import { modelOfCase, readCase } from "../../support/compile-case.ts";
import { oracleCases } from "../../support/oracle.ts";

const CASES = oracleCases().map(readCase);
const OUTSIDE = { ipv4: "198.18.0.77", ipv6: "2001:db8:ffff::77" };
const POD = { ipv4: "10.244.9.9", ipv6: "fd00:10:244:9::9" };

interface Compiled {
	readonly name: string;
	readonly snapshot: Snapshot;
	readonly node: NodeInFamily;
	readonly tracer: Tracer;
}

/** Every case in every family in which its configuration is taken. */
const compiled: readonly Compiled[] = CASES.flatMap((one) =>
	(["ipv4", "ipv6"] as const).flatMap((family) => {
		const model = modelOfCase(one, "1.36", family);
		if (model === undefined) return [];
		const state = backends.iptables((backend) => backend.state(backend.build(model)));
		const interfaces = model.node.interfaceIPs.map((ip) => ({ name: "", ip, network: hostCIDR(ip) }));
		const tracer = newTracer(state, { ips: model.node.ips, interfaces });
		return { name: one.case.name, snapshot: one.read.snapshot, node: { model, state }, tracer };
	}),
);

function ip(text: string): IP {
	const parsed = parseIP(text);
	if (parsed === undefined) throw new Error(`${text} is no address`);
	return parsed;
}

/** What becomes of a packet; all its ways must end alike. */
function verdict(
	{ tracer }: Compiled,
	from: IP,
	to: IP,
	port: number,
	{ protocol }: ServicePort,
	isFromNode = false,
): string {
	const outcomes = tracer.trace({ from, to, port, protocol, isFromNode, inInterface: "outside" });
	const words = {
		forwarded: "served",
		delivered: "served",
		rejected: "rejected",
		dropped: "dropped",
		unknown: "unknown",
	};
	return [...new Set(outcomes.map((outcome) => words[outcome.verdict]))].join(" or ");
}

function findingsAbout({ snapshot, node }: Compiled): readonly Finding[] {
	return findingsOf({ snapshot, nodes: [node] }, snapshot.services);
}

/** Addresses that clients outside dial, without source ranges. */
function externalAddresses({ node: { model } }: Compiled, port: ServicePort): readonly (readonly [IP, number])[] {
	const own = model.node.ips.find((one) => familyOf(one) === model.family);
	const answers =
		own !== undefined && (model.nodePortAddresses.kind === "all" || model.nodePortAddresses.ips.includes(own));
	const guarded = port.sourceRanges.length > 0 ? [] : port.loadBalancerIPs;
	return [
		...[...port.externalIPs, ...guarded].map((one) => [one, port.port] as const),
		...(port.nodePort !== 0 && own !== undefined && answers ? [[own, port.nodePort] as const] : []),
	];
}

const REFUSED = [
	"FAMILY_WITHOUT_ENDPOINTS",
	"NO_ENDPOINTS",
	"PORT_NAME_MISMATCH",
	"PORT_PROTOCOL_MISMATCH",
	"PORT_WITHOUT_NUMBER",
];

describe("in every captured cluster, traces and findings agree", () => {
	it("on who is refused, and who is dropped for want of a local endpoint", () => {
		const expected: string[] = [];
		const actual: string[] = [];
		for (const one of compiled) {
			const findings = findingsAbout(one);
			const { family, servicePorts } = one.node.model;
			for (const port of servicePorts) {
				const about = findings.filter(({ servicePort }) => servicePort === port.name);
				const isRefused = about.some(({ code, severity }) => REFUSED.includes(code) && severity === "error");
				const isDropped = (field: string): boolean =>
					about.some(({ code, message }) => code === "LOCAL_POLICY_NO_ENDPOINT" && message.includes(field));
				const say = (field: string): string => (isRefused ? "rejected" : isDropped(field) ? "dropped" : "served");
				const dialled = [
					["internalTrafficPolicy", port.clusterIP, port.port] as const,
					...externalAddresses(one, port).map((at) => ["externalTrafficPolicy", ...at] as const),
				];
				for (const [field, to, number] of dialled) {
					const found = verdict(one, ip(OUTSIDE[family]), to, number, port);
					const at = `${one.name} ${family} ${port.name} ${to}:${number}/${port.protocol}`;
					expected.push(`${at} ${found}`);
					actual.push(`${at} ${say(field)}`);
				}
			}
		}
		expect(actual).toEqual(expected);
		expect(expected.filter((line) => line.endsWith("rejected")).length).toBeGreaterThan(40);
		expect(expected.filter((line) => line.endsWith("dropped")).length).toBeGreaterThan(20);
		expect(expected.filter((line) => line.endsWith("served")).length).toBeGreaterThan(400);
	});

	it("on whom source ranges keep out", () => {
		const expected: string[] = [];
		const actual: string[] = [];
		for (const one of compiled) {
			const findings = findingsAbout(one);
			const { family, servicePorts, node, localTraffic } = one.node.model;
			const own = node.ips.find((address) => familyOf(address) === family);
			const pod = ip(POD[family]);
			if (own === undefined || localTraffic?.kind !== "source") continue;
			for (const port of servicePorts) {
				const isExternalToo = (address: IP): boolean => port.externalIPs.includes(address);
				if (port.sourceRanges.length === 0 || !port.selection.hasEndpoints || port.loadBalancerIPs.some(isExternalToo))
					continue;
				const message = findings.find(
					({ code, servicePort }) => code === "SOURCE_RANGES_EXCLUDE_NODE" && servicePort === port.name,
				)?.message;
				for (const to of port.loadBalancerIPs) {
					const at = `${one.name} ${family} ${port.name} ${to}`;
					const isNodeOut = verdict(one, own, to, port.port, port, true) === "dropped";
					const isPodOut = verdict(one, pod, to, port.port, port) === "dropped";
					expected.push(`${at} node ${isNodeOut}, pods ${isPodOut}`);
					actual.push(
						`${at} node ${message?.includes("of node ") === true}, pods ${message?.includes("of pods ") === true}`,
					);
				}
			}
		}
		expect(actual).toEqual(expected);
		expect(expected.length).toBeGreaterThan(30);
	});
});

describe("findings", () => {
	it("come worst first, then by code and service port, none twice", () => {
		let count = 0;
		for (const one of compiled) {
			const found = findingsAbout(one);
			const keys = found.map(({ severity, code, servicePort = "", message }) =>
				[SEVERITIES.indexOf(severity), code, servicePort, message].join("\n"),
			);
			expect(keys).toEqual([...new Set(keys)].sort());
			count += keys.length;
		}
		expect(count).toBeGreaterThan(200);
	});

	it("do not depend on the order of objects, of Services asked for, or on what was asked before", () => {
		for (const { snapshot, node } of compiled) {
			const reversed = {
				...snapshot,
				services: snapshot.services.toReversed(),
				endpointSlices: snapshot.endpointSlices.toReversed(),
				nodes: snapshot.nodes.toReversed(),
			};
			const asked = findingsOf({ snapshot: reversed, nodes: [node] }, reversed.services);
			const context = { snapshot, nodes: [node] };
			const first = findingsOf(context, snapshot.services);
			expect(asked).toEqual(first);
			expect(findingsOf(context, snapshot.services)).toEqual(first);
		}
	});

	it("are the same for one Service as among all", () => {
		for (const { snapshot, node } of compiled) {
			const context = { snapshot, nodes: [node] };
			const all = findingsOf(context, snapshot.services).filter(({ servicePort }) => servicePort !== undefined);
			const each = snapshot.services.flatMap((service) => findingsOf(context, [service]));
			const own = each.filter(({ servicePort }) => servicePort !== undefined);
			expect(new Set(own.map((one) => JSON.stringify(one)))).toEqual(new Set(all.map((one) => JSON.stringify(one))));
		}
	});

	it("are none where nothing is asked", () => {
		for (const { snapshot, node } of compiled) expect(findingsOf({ snapshot, nodes: [node] }, [])).toEqual([]);
	});
});
