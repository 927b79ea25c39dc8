import type { Behaviour } from "../config/kube-version.ts";
import { type Family, familyOf, type IP } from "../net/ip.ts";
import type { Problem } from "../problem.ts";
import type { EndpointSlice, Service, Snapshot } from "../snapshot/snapshot.ts";
import { buildServicePorts, type ServicePortContext } from "./build-service-ports.ts";
import type { BuiltService, ExcludedService } from "./built-service.ts";
import { contextOf, type Frame, sameFrame } from "./frame.ts";
import { mergeByName, sortByName } from "./sort-by-name.ts";
import { touchedServices } from "./touched-services.ts";

/** Services as they were built, from what, and within which frame. */
export interface BuiltServices extends Frame {
	readonly snapshot: Snapshot;
	readonly services: readonly BuiltService[];
}

/**
 * What every Service comes to, by `namespace/name`.
 *
 * @param before an earlier result: what it made of the same objects within the same frame is taken over as it is
 */
export function buildServices(snapshot: Snapshot, frame: Frame, before?: BuiltServices): readonly BuiltService[] {
	const isOfUse = before !== undefined && sameFrame(before, frame);
	const isTouched = isOfUse ? touchedServices(before.snapshot, snapshot) : (): boolean => true;
	const touchedSlices = snapshot.endpointSlices.filter((slice) => isTouched(slice.namespace, slice.serviceName));
	const touched = snapshot.services.filter(({ namespace, name }) => isTouched(namespace, name));
	const context = contextOf(frame);
	const slices = slicesByService(touchedSlices, context.behaviour);
	const built = sortByName(touched).map((service) => {
		const own = slices.get(`${service.namespace}/${service.name}`) ?? [];
		return buildService(service, own, context);
	});
	if (!isOfUse) return built;
	const kept = before.services.filter(({ service: { namespace, name } }) => !isTouched(namespace, name));
	return mergeByName(kept, built, ({ service }) => service);
}

const NO_PORTS: BuiltService["servicePorts"] = [];
const NO_PROBLEMS: readonly Problem[] = [];

function buildService(
	service: Service,
	slices: readonly EndpointSlice[],
	context: Omit<ServicePortContext, "problems">,
): BuiltService {
	const clusterIP = clusterIPOf(service, context);
	if (clusterIP.reason !== undefined) {
		const excluded = { namespace: service.namespace, service: service.name, reason: clusterIP.reason };
		return { service, servicePorts: NO_PORTS, excluded, problems: NO_PROBLEMS };
	}
	const problems: Problem[] = [];
	const servicePorts = buildServicePorts(service, clusterIP.ip, slices, { ...context, problems });
	// Nearly all have none: one empty list for all of them.
	return { service, servicePorts, excluded: undefined, problems: problems.length === 0 ? NO_PROBLEMS : problems };
}

type ClusterIPOrReason =
	| { readonly ip: IP; readonly reason?: undefined }
	| { readonly reason: ExcludedService["reason"] };

/** The cluster IP of a Service in this family, or why it gives no rules. Source: spec sections 1.2 and 2.1. */
function clusterIPOf(
	service: Service,
	{ family, behaviour }: Pick<ServicePortContext, "family" | "behaviour">,
): ClusterIPOrReason {
	if (service.hasProxyName) return { reason: "other-proxy" };
	if (service.isLabelledHeadless && behaviour.headlessLabelHidesService) return { reason: "headless-label" };
	if (service.type === "ExternalName") return { reason: "external-name" };
	if (service.clusterIP === "None") return { reason: "headless" };
	if (service.clusterIP === "") return { reason: "no-cluster-ip" };
	const ip = clusterIPOfFamily(service, service.clusterIP, family);
	return ip === undefined ? { reason: "other-family" } : { ip };
}

function clusterIPOfFamily(service: Service, clusterIP: IP, family: Family): IP | undefined {
	if (service.ipFamilies.length === 0) return familyOf(clusterIP) === family ? clusterIP : undefined;
	const wanted = family === "ipv4" ? "IPv4" : "IPv6";
	const index = service.ipFamilies.findIndex((candidate, at) => candidate === wanted && at < service.clusterIPs.length);
	return index === -1 ? undefined : service.clusterIPs[index];
}

/** Slices that count, by `namespace/service`, each list sorted by name. Source: spec sections 1.2 and 3.1. */
function slicesByService(
	slices: readonly EndpointSlice[],
	behaviour: Behaviour,
): ReadonlyMap<string, readonly EndpointSlice[]> {
	const byService = new Map<string, EndpointSlice[]>();
	for (const slice of sortByName(slices)) {
		const isHidden = slice.isLabelledHeadless || (slice.hasProxyName && behaviour.proxyNameLabelHidesSlice);
		if (isHidden || slice.serviceName === "") continue;
		const key = `${slice.namespace}/${slice.serviceName}`;
		const own = byService.get(key);
		if (own === undefined) byService.set(key, [slice]);
		else own.push(slice);
	}
	return byService;
}
