import { afterAll, describe, expect, it } from "vitest";
import { parseIptables } from "../../src/lang/iptables/parse.ts";
import { parseCIDR } from "../../src/net/cidr.ts";
import { type Family, hostPort, type IP, parseIP } from "../../src/net/ip.ts";
import type { Outcome } from "../../src/trace/outcome.ts";
import type { NodeAddresses } from "../../src/trace/packet.ts";
import { newTracer, type Tracer } from "../../src/trace/trace.ts";
import { captures, type OracleCase, oracleCases } from "../support/oracle.ts";
import { type RecordedPacket, recordedCases, recordedPackets } from "../support/packets.ts";
import { traceDifference } from "../support/trace-compare.ts";

/** What the kernel lost between hooks: it depends on a setting that no rule shows, so the rules alone cannot tell. */
const LOST = 8;

describe("packets as a real kernel treated them", () => {
	const counts = { compared: 0, lost: 0 };
	const cases = new Map(oracleCases().map((one) => [one.name, one]));

	for (const name of recordedCases()) {
		it(name, () => {
			const oracleCase = cases.get(name);
			expect(oracleCase).toBeDefined();
			if (oracleCase === undefined) return;
			const tracers = { ipv4: tracerFor(oracleCase, "ipv4"), ipv6: tracerFor(oracleCase, "ipv6") };
			const packets = recordedPackets(name);
			for (const packet of packets) {
				const outcomes = traced(tracers[packet.family], packet, packets);
				expect(traceDifference(packet, outcomes)).toBeUndefined();
				counts[packet.verdict === "nothing" ? "lost" : "compared"]++;
			}
		});
	}

	it("are all of them", () => {
		expect(counts).toEqual({ compared: 7919 - LOST, lost: LOST });
	});

	afterAll(() => console.log(`trace: ${counts.compared} packets compared, ${counts.lost} that the kernel lost`));
});

function tracerFor({ name, config }: OracleCase, family: Family): Tracer {
	const file = family === "ipv4" ? "save.v4.txt" : "save.v6.txt";
	const text = captures(name, "iptables").find((capture) => capture.file === file && capture.version === "1.36")?.text;
	const tables = text === undefined ? [] : parseIptables(text, "save").sections[0]?.tables;
	const nothingElse = { virtualServers: undefined, sets: undefined, dummyIPs: undefined };
	return newTracer({ family, iptables: tables, ...nothingElse, extent: "node" }, addressesOf(config));
}

function addressesOf({ nodeIPs, interfaces = [] }: OracleCase["config"]): NodeAddresses {
	return {
		ips: nodeIPs.map((text) => parseIP(text) as IP),
		interfaces: interfaces.flatMap(({ name, addresses = [] }) =>
			addresses.map((text) => {
				const [network, ip] = [parseCIDR(text), parseIP(text.split("/")[0] ?? "")];
				if (network === undefined || ip === undefined) throw new Error(`${name}: ${text}`);
				return { name, ip, network };
			}),
		),
	};
}

function traced(tracer: Tracer, packet: RecordedPacket, all: readonly RecordedPacket[]): readonly Outcome[] {
	const { from, to, port, protocol, after } = packet;
	const before = after === undefined ? undefined : all[after];
	const affinity = before && hostPort(before.destination.ip, before.destination.port);
	const isFromNode = packet.in === undefined;
	return tracer.trace({ from, to, port, protocol, isFromNode, inInterface: packet.in }, { affinity });
}
