import { list } from "../diff/words.ts";
import type { Service, ServicePortSpec } from "../snapshot/snapshot.ts";
import type { NotFound } from "./explanation.ts";
import type { Target } from "./target.ts";
import { portText } from "./words.ts";

/** A Service that was found. */
export interface FoundService {
	readonly service: Service;
	/** Names of the ports that are asked about: one, or those that have the number; undefined: all. */
	readonly portNames: ReadonlySet<string> | undefined;
}

/** Finds a Service by name; without a namespace, the only one of that name. A port goes by its name, else by its number. */
export function findService(
	services: readonly Service[],
	{ namespace, name, port }: Extract<Target, { readonly kind: "service" }>,
): FoundService | NotFound {
	const candidates = services.filter(
		(service) => service.name === name && (namespace === undefined || service.namespace === namespace),
	);
	const [service, ...others] = candidates;
	if (service === undefined) return { kind: "not-found", message: missing(services, namespace, name) };
	const full = (one: Service): string => `${one.namespace}/${one.name}`;
	if (others.length > 0) {
		const all = list(candidates.map(full).sort());
		return { kind: "not-found", message: `which Service ${JSON.stringify(name)}? give its namespace: ${all}` };
	}
	if (port === undefined) return { service, portNames: undefined };
	const portNames = namesOfPort(service.ports, port);
	if (portNames.size > 0) return { service, portNames };
	const known = list(service.ports.map((one) => portText(one.port, one.protocol, one.name)));
	const message = `Service ${full(service)} has no port ${JSON.stringify(port)}; its ports: ${known || "none"}`;
	return { kind: "not-found", message };
}

/** A name is unique, a number is not: DNS has 53 twice. */
function namesOfPort(ports: readonly ServicePortSpec[], asked: string): ReadonlySet<string> {
	const found = ports.some(({ name }) => name === asked)
		? [asked]
		: ports.filter(({ port }) => String(port) === asked).map(({ name }) => name);
	return new Set(found);
}

/** Of other Services, those with a similar name; else those of the namespace; else the namespaces. */
function missing(services: readonly Service[], namespace: string | undefined, name: string): string {
	const asked = JSON.stringify(namespace === undefined ? name : `${namespace}/${name}`);
	if (services.length === 0) return `there is no Service ${asked}; there is none at all`;
	const similar = similarOnes(services, name);
	if (similar.length > 0) return `there is no Service ${asked}; similar ones: ${list(similar)}`;
	const near = services.filter((service) => service.namespace === namespace).map((service) => service.name);
	if (near.length > 0) return `there is no Service ${asked}; those of its namespace: ${list(near.sort())}`;
	const namespaces = new Set(services.map((service) => service.namespace));
	return `there is no Service ${asked}; namespaces with Services: ${list([...namespaces].sort())}`;
}

/** Those whose name is part of it, or the other way round, or at most two slips of the finger away; the nearest first. */
function similarOnes(services: readonly Service[], name: string): readonly string[] {
	const most = name.length < 3 ? 0 : 2;
	const rated = services.map((service) => {
		const isPart = service.name.includes(name) || name.includes(service.name);
		const isFar = Math.abs(service.name.length - name.length) > most;
		const slips = isFar ? most + 1 : distance(service.name, name);
		return { full: `${service.namespace}/${service.name}`, slips: isPart ? Math.min(slips, most) : slips };
	});
	const similar = rated.filter(({ slips }) => slips <= most);
	return similar.sort((a, b) => a.slips - b.slips || (a.full < b.full ? -1 : 1)).map(({ full }) => full);
}

/** How many letters have to be put in, left out or replaced (Levenshtein). */
function distance(one: string, other: string): number {
	let row = Array.from({ length: other.length + 1 }, (_, index) => index);
	for (const [index, letter] of [...one].entries()) {
		const next = [index + 1];
		for (let at = 1; at <= other.length; at++) {
			const replaced = (row[at - 1] ?? 0) + (letter === other[at - 1] ? 0 : 1);
			next.push(Math.min(replaced, (row[at] ?? 0) + 1, (next[at - 1] ?? 0) + 1));
		}
		row = next;
	}
	return row[other.length] ?? 0;
}
