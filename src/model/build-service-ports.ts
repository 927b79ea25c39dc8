import type { Behaviour, FeatureGate } from "../config/kube-version.ts";
import { contains } from "../net/cidr.ts";
import { type Family, familyOf, type IP, parseIP } from "../net/ip.ts";
import type { EndpointSlice, Service, ServicePortSpec } from "../snapshot/snapshot.ts";
import { type GatherContext, gatherEndpoints } from "./gather-endpoints.ts";
import { type LocalNode, nodeIP } from "./local-node.ts";
import { type Selection, selectEndpoints } from "./select-endpoints.ts";
import type { ServicePort, Traffic } from "./service-port.ts";
import type { TopologyRules } from "./topology.ts";

/** Everything the service ports of one model depend on beside the Services. */
export interface ServicePortContext extends GatherContext {
	readonly node: Pick<LocalNode, "zone" | "ips">;
	readonly behaviour: Behaviour;
	readonly isGateOn: (gate: FeatureGate) => boolean;
}

/**
 * The service ports of a Service that has `clusterIP` in this family, in the order of its ports.
 *
 * Source: spec section 2.2.
 *
 * @param slices those of the Service, sorted by name
 */
export function buildServicePorts(
	service: Service,
	clusterIP: IP,
	slices: readonly EndpointSlice[],
	context: ServicePortContext,
): readonly ServicePort[] {
	const shared = sharedByPorts(service, clusterIP, context);
	return service.ports.map((port) => buildServicePort(service, port, shared, slices, context));
}

/** The part of a service port that is the same for all ports of a Service. */
function sharedByPorts(service: Service, clusterIP: IP, context: ServicePortContext) {
	const { family, behaviour } = context;
	const externalIPs = service.externalIPs.filter(isOf(family));
	const isExternalLocal = hasLocalExternalPolicy(service);
	const sourceRanges = service.loadBalancerSourceRanges.filter((range) => range.family === family);
	const isOpen = behaviour.anyZeroPrefixMeansAll && sourceRanges.some(({ prefixLength }) => prefixLength === 0);
	const own = nodeIP(context.node, family) ?? unknownNodeIP(family);
	return {
		clusterIP,
		externalIPs: isAllowed(context, "AllowServiceExternalIPs") ? externalIPs : [],
		hasExternalIPs: externalIPs.length > 0,
		loadBalancerIPs: loadBalancerIPs(service, context),
		sourceRanges: isOpen ? [] : sourceRanges,
		isNodeInSourceRanges: !isOpen && own !== undefined && sourceRanges.some((range) => contains(range, own)),
		isExternalLocal,
		isInternalLocal: service.internalTrafficPolicy === "Local",
		healthCheckNodePort: service.type === "LoadBalancer" && isExternalLocal ? service.healthCheckNodePort : 0,
		affinitySeconds: service.affinitySeconds,
	};
}

type Shared = ReturnType<typeof sharedByPorts>;

function buildServicePort(
	service: Service,
	port: ServicePortSpec,
	shared: Shared,
	slices: readonly EndpointSlice[],
	context: ServicePortContext,
): ServicePort {
	const { isExternalLocal, isInternalLocal, hasExternalIPs } = shared;
	const isExternallyAccessible = port.nodePort !== 0 || shared.loadBalancerIPs.length > 0 || hasExternalIPs;
	const needs = {
		usesCluster: !isInternalLocal || isExternallyAccessible,
		usesLocal: isInternalLocal || (isExternalLocal && isExternallyAccessible),
	};
	const { endpoints, duplicates, excludedSlices } = gatherEndpoints(port, slices, context);
	const selection = selectEndpoints(endpoints, needs, topologyRules(service, context));
	// Every field by name: copying the shared ones as a whole would take a third of the time for the model.
	return {
		namespace: service.namespace,
		service: service.name,
		portName: port.name,
		name: `${service.namespace}/${service.name}${port.name === "" ? "" : `:${port.name}`}`,
		protocol: port.protocol,
		port: port.port,
		clusterIP: shared.clusterIP,
		externalIPs: shared.externalIPs,
		loadBalancerIPs: shared.loadBalancerIPs,
		sourceRanges: shared.sourceRanges,
		isNodeInSourceRanges: shared.isNodeInSourceRanges,
		nodePort: port.nodePort,
		healthCheckNodePort: shared.healthCheckNodePort,
		affinitySeconds: shared.affinitySeconds,
		internal: trafficOf(selection, isInternalLocal),
		external: trafficOf(selection, isExternalLocal),
		isExternallyAccessible,
		endpoints,
		selection,
		excludedSlices,
		duplicates,
	};
}

/** Policy Local counts only for Services that can be reached from outside. Source: spec section 2.2. */
function hasLocalExternalPolicy({ type, externalTrafficPolicy, externalIPs }: Service): boolean {
	if (externalTrafficPolicy !== "Local") return false;
	return type === "LoadBalancer" || type === "NodePort" || (type === "ClusterIP" && externalIPs.length > 0);
}

function loadBalancerIPs(service: Service, context: ServicePortContext): readonly IP[] {
	const isModeRead = isAllowed(context, "LoadBalancerIPMode");
	const served = service.loadBalancerIngress.filter(({ ipMode }) => ipMode === "VIP" || !isModeRead);
	return served.map(({ ip }) => ip).filter(isOf(context.family));
}

/** A gate that the version does not know forbids nothing. */
function isAllowed({ behaviour, isGateOn }: ServicePortContext, gate: FeatureGate): boolean {
	return behaviour.gates[gate] === undefined || isGateOn(gate);
}

function isOf(family: Family): (ip: IP) => boolean {
	return (ip) => familyOf(ip) === family;
}

/** What kube-proxy takes for its own address when it knows none. Source: spec section 1.3. */
function unknownNodeIP(family: Family): IP | undefined {
	return parseIP(family === "ipv4" ? "127.0.0.1" : "::1");
}

function trafficOf(selection: Selection, isLocal: boolean): Traffic {
	return {
		policy: isLocal ? "Local" : "Cluster",
		endpoints: isLocal ? selection.local : selection.cluster,
		whenEmpty: selection.hasEndpoints ? "drop" : "reject",
	};
}

function topologyRules(service: Service, context: ServicePortContext): TopologyRules {
	const { nodeName, node, behaviour, isGateOn } = context;
	return { nodeName, zone: node.zone, behaviour, isGateOn, annotation: service.topologyAnnotation };
}
