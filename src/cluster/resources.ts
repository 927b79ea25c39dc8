/** A kind of object that an API server lists. */
export interface Resource {
	/** As in URLs and in rules of RBAC: `endpointslices`. */
	readonly name: string;
	/** Of RBAC: empty for the core group. */
	readonly group: string;
	readonly kind: string;
	readonly apiVersion: string;
}

/** Services. */
export const SERVICES: Resource = { name: "services", group: "", kind: "Service", apiVersion: "v1" };

/** Their endpoints. */
export const ENDPOINT_SLICES: Resource = {
	name: "endpointslices",
	group: "discovery.k8s.io",
	kind: "EndpointSlice",
	apiVersion: "discovery.k8s.io/v1",
};

/** Addresses, zones and pod networks of nodes. */
export const NODES: Resource = { name: "nodes", group: "", kind: "Node", apiVersion: "v1" };

/** Networks of cluster IPs, by the version in which a server may have them, newest first. */
export const SERVICE_CIDRS: readonly [Resource, ...Resource[]] = [serviceCIDRs("v1"), serviceCIDRs("v1beta1")];

function serviceCIDRs(version: string): Resource {
	const group = "networking.k8s.io";
	return { name: "servicecidrs", group, kind: "ServiceCIDR", apiVersion: `${group}/${version}` };
}
