import { type LabelSelector, matchesLabels, parseLabelSelector } from "../../snapshot/label-selector.ts";
import type { Service } from "../../snapshot/snapshot.ts";
import { Trouble } from "../../trouble.ts";
import type { LiveArguments } from "../live/live.ts";

/** Tells which service ports (`shop/web:http`) are wanted. */
export type PortFilter = (servicePort: string) => boolean;

type SelectorArguments = Pick<LiveArguments, "selector" | "only">;

/** Which labels are shown; undefined: all, for there is no `-l`, or `--only` has narrowed by it what is read. */
export function readSelector({ selector, only }: SelectorArguments): LabelSelector | undefined {
	if (selector === undefined || only === true) return undefined;
	const read = parseLabelSelector(selector);
	if ("message" in read) throw new Trouble(`-l ${JSON.stringify(selector)}: ${read.message}`);
	return read;
}

/** For commands that show the same whatever `-l` says: there it can narrow only what is read. */
export function refuseSelector({ selector, only }: SelectorArguments): void {
	if (selector === undefined || only === true) return;
	throw new Trouble("-l narrows what dump and diff show; here it goes with --only, and narrows what is read");
}

/** Which service ports belong to Services with such labels. */
export function labelFilter(selector: LabelSelector, services: readonly Service[]): PortFilter {
	const selected = services.filter(({ labels }) => matchesLabels(selector, labels)).map(nameOf);
	return inServices(new Set(selected));
}

/** Which service ports fit both; undefined fits all. */
export function both(one: PortFilter | undefined, other: PortFilter | undefined): PortFilter | undefined {
	if (one === undefined || other === undefined) return one ?? other;
	return (servicePort) => one(servicePort) && other(servicePort);
}

/** Which service ports belong to these Services, whatever their labels. */
export function knownFilter(services: readonly Service[]): PortFilter {
	return inServices(new Set(services.map(nameOf)));
}

function nameOf({ namespace, name }: Service): string {
	return `${namespace}/${name}`;
}

function inServices(names: ReadonlySet<string>): PortFilter {
	return (servicePort) => names.has(servicePort.split(":", 1).join());
}
