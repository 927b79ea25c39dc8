import { printCommand } from "../../lang/command.ts";
import type { Family } from "../../net/ip.ts";
import type { Difference } from "../diff.ts";
import { MODE_NAMES } from "../leftovers.ts";
import { groupBy } from "../lists/group-by.ts";
import { OTHERS, SHARED } from "../owner.ts";
import type { RuleLine } from "../rule-line.ts";
import type { ServiceDifference } from "../service-differences.ts";
import { plural } from "../words.ts";

/** What the two sides are called. */
export interface SideNames {
	readonly old: string;
	readonly current: string;
}

/** How many rules of one service port are shown. */
const MOST_RULES = 12;

/** A comparison for people: by service port, first what clients notice, then the rules. */
export function printDifference(difference: Difference, names: SideNames): string {
	const { services, equal, findings, conntrack } = difference;
	const [removed, added] = [difference.removed, difference.added].map((lines) => groupBy(lines, ({ owner }) => owner));
	const linesOf = (owner: string): readonly string[] => [
		...(removed?.get(owner) ?? []).map((line) => `- ${lineText(line)}`),
		...(added?.get(owner) ?? []).map((line) => `+ ${lineText(line)}`),
	];
	const blocks = [
		[headline(difference, names)],
		...services.map((service) => serviceBlock(service, linesOf(service.servicePort))),
		findings.length === 0 ? [] : ["also:", ...findings.map(({ severity, message }) => `  ${severity}: ${message}`)],
		equal || conntrack.length === 0 ? [] : conntrackBlock(difference),
	];
	return `${blocks
		.filter((block) => block.length > 0)
		.map((block) => block.join("\n"))
		.join("\n\n")}\n`;
}

const FAMILIES: Readonly<Record<Family, string>> = { ipv4: "IPv4", ipv6: "IPv6" };

function headline(
	{ equal, family, services, telling, added, removed, leftovers }: Difference,
	{ old, current }: SideNames,
): string {
	const sides = `${telling === "live" ? `${old} against ${current}` : `${old} to ${current}`} (${FAMILIES[family]})`;
	const names = leftovers.map((mode) => MODE_NAMES[mode]).join(" and the ");
	const left = leftovers.length === 0 ? "" : `what the ${names} mode left behind can still take packets; `;
	if (equal) return `${left}no ${leftovers.length === 0 ? "" : "other "}difference: ${sides}`;
	const named = services.filter(({ servicePort }) => servicePort !== SHARED && servicePort !== OTHERS);
	const [more, less] = telling === "live" ? ["missing on the node", "too many on the node"] : ["added", "removed"];
	const rules = `${plural(added.length, "rule")} ${more}, ${removed.length} ${less}`;
	const what = [
		...(named.length > 0 ? [plural(named.length, "service port")] : []),
		...(services.length > named.length ? ["rules that belong to no Service"] : []),
	];
	const differ = named.length === 1 && what.length === 1 ? "differs" : "differ";
	return `${left}${what.join(" and ")} ${differ}; ${rules}: ${sides}`;
}

const TITLES: Readonly<Record<string, string>> = {
	[SHARED]: "shared: rules for all Services",
	[OTHERS]: "other: rules that are not kube-proxy's",
};

function serviceBlock({ servicePort, changes }: ServiceDifference, lines: readonly string[]): readonly string[] {
	const more = lines.length - MOST_RULES;
	return [
		TITLES[servicePort] ?? servicePort,
		...changes.map(({ message }) => `  ${message}`),
		...lines.slice(0, MOST_RULES).map((line) => `    ${line}`),
		...(more > 0 ? [`    and ${plural(more, "more rule")} (-o rules shows all)`] : []),
	];
}

function lineText({ table, text }: RuleLine): string {
	return table === undefined ? text : `${table}: ${text}`;
}

function conntrackBlock({ conntrack }: Difference): readonly string[] {
	const title = "UDP connections that conntrack remembers go on as before until these are run:";
	return [title, ...conntrack.map(({ command }) => `  ${printCommand(command)}`)];
}
