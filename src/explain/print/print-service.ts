import type { ServiceExplanation } from "../explanation.ts";
import { duration, shown } from "../findings/words.ts";
import { type Frontend, frontendName } from "../frontends.ts";
import { KINDS, listed } from "../words.ts";
import { folded, section, table } from "./columns.ts";
import { printEndpoints } from "./print-endpoints.ts";
import { printOwned } from "./print-owned.ts";
import { noteLines, reachText, sourcesText, troubleLines } from "./print-parts.ts";
import { printLoadBalancer } from "./print-pool.ts";
import { verdictOf } from "./verdict.ts";

/** A Service for people: the verdict, then what it comes from. */
export function printService(explanation: ServiceExplanation, isVerbose: boolean): string {
	const blocks = [
		verdictOf(explanation),
		...troubleLines(explanation.findings, isVerbose),
		...section("Service", serviceLines(explanation)),
		...frontendTable(explanation.frontends, isVerbose),
		...printEndpoints(explanation, isVerbose),
		...printLoadBalancer(explanation, isVerbose),
		...printOwned(explanation, isVerbose),
		...nameLines(explanation, isVerbose),
		...noteLines(explanation.findings, isVerbose),
	];
	return `${blocks.join("\n")}\n`;
}

function serviceLines({ service, node, mode }: ServiceExplanation): readonly string[] {
	const { type, internalTrafficPolicy, externalTrafficPolicy, affinitySeconds } = service;
	const affinity =
		affinitySeconds === undefined ? "none" : `a client stays with its endpoint for ${duration(affinitySeconds)}`;
	return [
		`  type ${type}, seen from node ${shown(node)} (${mode})`,
		`  internalTrafficPolicy ${internalTrafficPolicy}, externalTrafficPolicy ${externalTrafficPolicy}`,
		`  affinity: ${affinity}`,
	];
}

function frontendTable(frontends: readonly Frontend[], isVerbose: boolean): readonly string[] {
	const rows = frontends.map((frontend) => {
		const { kind, servicePort, portName, policy, reaches, sourceRanges } = frontend;
		const clients = (["pod", "node", "outside"] as const).map((from) => reachText(reaches, from, servicePort));
		return [
			KINDS[kind],
			frontendName(frontend),
			portName,
			policy,
			...clients,
			sourcesText(sourceRanges) + answers(frontend),
		];
	});
	const heads = ["KIND", "ADDRESS", "PORT", "POLICY", "FROM PODS", "FROM THE NODE", "FROM OUTSIDE", "NOTE"];
	return table("Frontends", heads, rows, isVerbose);
}

function answers({ kind, ips }: Frontend): string {
	if (kind !== "node-port") return "";
	return ips.length === 0 ? "answers on no address of this node" : `answers on ${ips.join(", ")}`;
}

function nameLines({ names }: ServiceExplanation, isVerbose: boolean): readonly string[] {
	const { dns, note, environment, environmentIn } = names;
	const records = dns.map(
		({ name, type, values }) => `  ${name} ${type} ${listed(type === "CNAME" ? values.map(shown) : values)}`,
	);
	const notes = note === undefined ? [] : [`  ${note}`];
	const variables = environment.map(({ name, value }) => `  ${name}=${value}`);
	const pods = environmentIn === "namespace" ? "the namespace" : "all namespaces";
	const title = `Environment of pods in ${pods} (those that started after the Service was made)`;
	return [
		...section("DNS", [...folded(records, isVerbose), ...notes]),
		...section(title, folded(variables, isVerbose)),
	];
}
