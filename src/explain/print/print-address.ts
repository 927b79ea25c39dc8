import { hostPort } from "../../net/ip.ts";
import { shown } from "../findings/words.ts";
import type { AddressExplanation, PlacedReach } from "../lookup-explanation.ts";
import { folded, section, table } from "./columns.ts";
import { noteLines, reachText, troubleLines } from "./print-parts.ts";

/** An address or node port for people: whose it is, then what clients meet there. */
export function printAddress(
	{ name, node, owners, traffic, findings }: AddressExplanation,
	isVerbose: boolean,
): string {
	const [first, ...others] = owners.map(({ message }) => message);
	const services = [...new Set(owners.flatMap(({ service }) => service ?? []))];
	const blocks = [
		`${name}: ${first ?? "nobody's that this snapshot knows"}`,
		...(services.length === 0 ? [] : troubleLines(findings, isVerbose)),
		...section(
			"It is also",
			folded(
				others.map((message) => `  ${message}`),
				isVerbose,
			),
		),
		...table(`New connections to it, by the rules of node ${shown(node)}`, HEADS, traffic.map(row), isVerbose),
		...reasons(traffic),
		...section(
			"More",
			folded(
				services.map((service) => `  svcnat explain ${service}`),
				isVerbose,
			),
		),
		...(services.length === 0 ? [] : noteLines(findings, isVerbose)),
	];
	return `${blocks.join("\n")}\n`;
}

const HEADS = ["ADDRESS", "FROM PODS", "FROM THE NODE", "FROM OUTSIDE"];

function row({ ip, port, protocol, reaches }: PlacedReach): readonly string[] {
	const clients = (["pod", "node", "outside"] as const).map((from) => reachText(reaches, from));
	return [`${hostPort(ip, port)}/${protocol}`, ...clients];
}

/** Why clients are not served, each reason once. */
function reasons(traffic: readonly PlacedReach[]): readonly string[] {
	const all = traffic.flatMap(({ reaches }) => reaches.filter(({ verdict }) => verdict !== "served"));
	const lines = new Set(all.map(({ reason }) => `  ${reason}`));
	return section("Why", [...lines]);
}
