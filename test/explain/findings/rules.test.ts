import { describe, expect, it } from "vitest";
import { newTracer, parseIP } from "../../../src/index.ts";
import { type Cluster, foundIn, NODES } from "./cluster.ts";
import { clusterContext } from "./context.ts";
import { ROWS } from "./rule-rows.ts";

function fateOf(cluster: Cluster, from: string, [to, port]: readonly [string, number]): string {
	const [node] = clusterContext({ ...cluster, families: ["ipv4"] }).nodes;
	const [source, destination] = [parseIP(from), parseIP(to)];
	if (node === undefined || source === undefined || destination === undefined) throw new Error("nothing to trace");
	const tracer = newTracer(node.state, { ips: node.model.node.ips, interfaces: [] });
	const packet = {
		from: source,
		to: destination,
		port,
		protocol: "tcp",
		isFromNode: false,
		inInterface: "outside",
	} as const;
	const fates = tracer.trace(packet).map(({ verdict, destination: end, isMasqueraded }) => {
		const isGone = verdict === "dropped" || verdict === "rejected";
		return `${verdict}${isGone ? "" : ` to ${end.ip}:${end.port}`}${isMasqueraded ? " masqueraded" : ""}`;
	});
	return fates.join(", ");
}

describe("what findings say is what the rules do", () => {
	it.each(ROWS)("$code $isPresent: $from to $to is $fate $config.mode", ({
		code,
		isPresent,
		objects,
		config = {},
		from,
		to,
		fate,
	}) => {
		const cluster = { objects: [...NODES, ...objects], config };
		expect(foundIn(cluster, code).length > 0).toBe(isPresent);
		expect(fateOf(cluster, from, to)).toBe(fate);
	});
});
