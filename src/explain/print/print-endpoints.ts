import { groupBy } from "../../diff/lists/group-by.ts";
import { compareIPs } from "../../net/compare-ips.ts";
import { hostPort } from "../../net/ip.ts";
import { percent } from "../../trace/percent.ts";
import type { EndpointRow, Share } from "../endpoint-row.ts";
import type { ServiceExplanation } from "../explanation.ts";
import { shown } from "../findings/words.ts";
import { isOnlyPort, portNameOf } from "../words.ts";
import { table } from "./columns.ts";

/** Endpoints for people: those that serve with what they get, then the others with the reason; by address, port by port. */
export function printEndpoints({ endpoints, withoutRules }: ServiceExplanation, isVerbose: boolean): readonly string[] {
	const rows = byAddress(endpoints);
	const isOne = isOnlyPort(rows);
	const common = (row: EndpointRow): readonly string[] => [
		row.port === undefined ? row.address : hostPort(row.address, row.port),
		isOne ? "" : portNameOf(row.servicePort),
		row.nodeName ? shown(row.nodeName) : "-",
		row.pod ?? "",
	];
	const used = rows.filter(({ isUsed }) => isUsed);
	const unused = rows.filter(({ isUsed }) => !isUsed);
	return [
		...table(
			"Endpoints that serve",
			["ADDRESS", "PORT", "NODE", "POD", "POLICY", "SHARE OF CLUSTER IP", "SHARE FROM OUTSIDE", "NOTE"],
			used.map((row) => [
				...common(row),
				row.by.join(", "),
				shareText(row.shares.filter(({ kind, from }) => kind === "cluster-ip" && from === "pod")),
				shareText(row.shares.filter(({ kind, from }) => kind !== "cluster-ip" && from === "outside")),
				furtherText(row),
			]),
			isVerbose,
		),
		...table(
			withoutRules === undefined ? "Endpoints that do not serve" : "Endpoints, to which no rules lead",
			["ADDRESS", "PORT", "NODE", "POD", "SLICE", "NOTE", "WHY"],
			unused.map((row) => [...common(row), row.slice, furtherText(row), row.unused?.reason ?? ""]),
			isVerbose,
		),
	];
}

function byAddress(rows: readonly EndpointRow[]): readonly EndpointRow[] {
	const ofPorts = groupBy(rows, ({ family, servicePort = "" }) => `${family} ${servicePort}`);
	return [...ofPorts.values()].flatMap((own) =>
		own.toSorted((a, b) => compareIPs(a.address, b.address) || (a.port ?? 0) - (b.port ?? 0)),
	);
}

/** One figure where all frontends agree, else the least and the most. */
function shareText(shares: readonly Share[]): string {
	if (shares.length === 0) return "";
	const [least, most] = [Math.min, Math.max].map((pick) => percent(pick(...shares.map(({ share }) => share))));
	return least === most ? `${most}` : `${least} to ${most}`;
}

function furtherText({ furtherAddresses }: EndpointRow): string {
	if (furtherAddresses === 0) return "";
	const rest = furtherAddresses === 1 ? "1 further address has" : `${furtherAddresses} further addresses have`;
	return `only its first address counts: ${rest} no effect`;
}
