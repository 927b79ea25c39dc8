import { list, plural } from "../../diff/words.ts";
import { printCIDR } from "../../net/cidr.ts";
import { compareIPs } from "../../net/compare-ips.ts";
import { hostPort } from "../../net/ip.ts";
import { familyInWords, shown } from "../findings/words.ts";
import type { NodeExplanation, NodeFamily, Offer } from "../node-explanation.ts";
import { KINDS } from "../words.ts";
import { section, table } from "./columns.ts";
import { noteLines, sourcesText, troubleLines } from "./print-parts.ts";

/** The node for people: what it offers, and to whom. */
export function printNode(explanation: NodeExplanation, isVerbose: boolean): string {
	const { name, mode, zone, addresses, podCIDRs, families, endpoints, findings } = explanation;
	const sorted = endpoints.toSorted((a, b) => compareIPs(a.address, b.address));
	const services = Math.max(0, ...families.map((family) => family.services));
	const offers = [
		plural(services, "Service"),
		plural(explanation.nodePorts.length, "node port"),
		plural(explanation.externalIPs.length, "external frontend"),
		`${plural(endpoints.length, "endpoint")} of its own`,
	];
	const blocks = [
		`node ${shown(name)}: ${offers.join(", ")}`,
		...troubleLines(findings, isVerbose),
		...section("Node", [
			`  proxy mode ${mode}, ${zone === "" ? "no zone" : `zone ${shown(zone)}`}`,
			`  addresses: ${addresses.length === 0 ? "none that is known" : list(addresses)}`,
			`  pod CIDRs: ${podCIDRs.length === 0 ? "none that is known" : list(podCIDRs.map(printCIDR))}`,
		]),
		...families.flatMap(familySection),
		...offerTable("Node ports, for everybody who reaches the node", explanation.nodePorts, isVerbose),
		...offerTable("External and load-balancer IPs", explanation.externalIPs, isVerbose),
		...healthTable(explanation, isVerbose),
		...table(
			"Endpoints on this node",
			["ADDRESS", "POD", "SERVES", "SERVICE PORTS"],
			sorted.map(({ address, pod, isUsed, servicePorts }) => [
				address,
				pod ?? "",
				isUsed ? "yes" : "no",
				list(servicePorts),
			]),
			isVerbose,
		),
		...noteLines(findings, isVerbose),
	];
	return `${blocks.join("\n")}\n`;
}

function familySection({
	family,
	services,
	servicePorts,
	without,
	podTraffic,
	nodePortIPs,
}: NodeFamily): readonly string[] {
	return section(familyInWords(family), [
		`  ${plural(services, "Service")} with ${plural(servicePorts, "service port")}; ${without} without rules`,
		`  traffic of pods is known ${podTraffic}`,
		`  node ports answer on ${nodePortIPs.length === 0 ? "no address" : list(nodePortIPs)}`,
	]);
}

function offerTable(title: string, offers: readonly Offer[], isVerbose: boolean): readonly string[] {
	const rows = offers.map(({ kind, ips, port, protocol, servicePort, policy, endpoints, sourceRanges }) => {
		const address = kind === "node-port" ? String(port) : hostPort(ips[0] ?? "", port);
		return [
			`${address}/${protocol}`,
			kind === "node-port" ? list(ips) || "nowhere" : KINDS[kind],
			servicePort,
			policy,
			plural(endpoints, "endpoint"),
			sourcesText(sourceRanges),
		];
	});
	return table(title, ["PORT", "WHERE", "SERVICE PORT", "POLICY", "SERVED BY", "NOTE"], rows, isVerbose);
}

function healthTable({ healthChecks }: NodeExplanation, isVerbose: boolean): readonly string[] {
	const rows = healthChecks.map(({ port, service, localEndpoints }) => [
		String(port),
		service,
		`${localEndpoints > 0 ? "passes" : "fails"}: ${plural(localEndpoints, "ready endpoint")} here`,
	]);
	return table("Health-check node ports, for balancers", ["PORT", "SERVICE", "ANSWER"], rows, isVerbose);
}
