import type { KubeObject } from "./objects.ts";

type Fields = Readonly<Record<string, unknown>>;

/** An object with what an API server fills in, of the fields that reach rules. */
export function withDefaults(object: KubeObject): KubeObject {
	if (object.kind === "EndpointSlice") return { ...object, ports: listOf(object["ports"]).map(slicePort) };
	if (object.kind === "Service") return { ...object, spec: serviceSpec(fieldsOf(object["spec"])) };
	return object;
}

/** In a slice, a port without a name has an empty one; null stands for all ports. */
function slicePort(port: Fields): Fields {
	return { ...port, name: port["name"] ?? "", protocol: port["protocol"] ?? "TCP" };
}

function serviceSpec(spec: Fields): Fields {
	const { type = "ClusterIP", clusterIP, ports } = spec;
	const isExternal = type === "NodePort" || type === "LoadBalancer";
	return {
		sessionAffinity: "None",
		...(type === "ExternalName" ? {} : { internalTrafficPolicy: "Cluster", ...clusterIPsOf(clusterIP) }),
		...(isExternal ? { externalTrafficPolicy: "Cluster" } : {}),
		...(type === "LoadBalancer" ? { allocateLoadBalancerNodePorts: true } : {}),
		...spec,
		type,
		...(ports === undefined ? {} : { ports: listOf(ports).map(servicePort) }),
	};
}

function clusterIPsOf(clusterIP: unknown): Fields {
	return typeof clusterIP === "string" ? { clusterIPs: [clusterIP] } : {};
}

function servicePort(port: Fields): Fields {
	return { protocol: "TCP", targetPort: port["port"], ...port };
}

function listOf(value: unknown): readonly Fields[] {
	return Array.isArray(value) ? value.map(fieldsOf) : [];
}

function fieldsOf(value: unknown): Fields {
	return typeof value === "object" && value !== null ? { ...value } : {};
}
