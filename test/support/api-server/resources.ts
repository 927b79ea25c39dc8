/** A resource that the API server has. */
export interface Resource {
	/** Empty: the core group. */
	readonly group: string;
	readonly version: string;
	/** As in URLs: `services`. */
	readonly name: string;
	/** As in objects: `Service`. */
	readonly kind: string;
	readonly isNamespaced: boolean;
}

/** What svcnat may ask for, and what it must not need: Secrets. */
export const RESOURCES: readonly Resource[] = [
	{ group: "", version: "v1", name: "services", kind: "Service", isNamespaced: true },
	{ group: "", version: "v1", name: "nodes", kind: "Node", isNamespaced: false },
	{ group: "", version: "v1", name: "configmaps", kind: "ConfigMap", isNamespaced: true },
	{ group: "", version: "v1", name: "secrets", kind: "Secret", isNamespaced: true },
	{ group: "discovery.k8s.io", version: "v1", name: "endpointslices", kind: "EndpointSlice", isNamespaced: true },
	{ group: "networking.k8s.io", version: "v1", name: "servicecidrs", kind: "ServiceCIDR", isNamespaced: false },
];

/** `v1` or `discovery.k8s.io/v1`, as in objects. */
export function apiVersionOf({ group, version }: Resource): string {
	return group === "" ? version : `${group}/${version}`;
}

/** `services` or `endpointslices.discovery.k8s.io`, as in messages. */
export function qualifiedName({ group, name }: Resource): string {
	return group === "" ? name : `${name}.${group}`;
}

/** What a URL asks for. */
export interface Target {
	readonly resource: Resource;
	/** Undefined: at the cluster scope. */
	readonly namespace: string | undefined;
	/** Undefined: a list. */
	readonly name: string | undefined;
}

/** Whether a path is below a group and version that is served; other paths get another kind of 404. */
export function isKnownGroup(path: string): boolean {
	return RESOURCES.some((resource) => path.startsWith(`${root(resource)}/`));
}

/** What a path asks for; undefined when no resource is there. */
export function targetOf(path: string): Target | undefined {
	for (const resource of RESOURCES) {
		if (!path.startsWith(`${root(resource)}/`)) continue;
		const words = path
			.slice(root(resource).length + 1)
			.split("/")
			.map(decodeURIComponent);
		const namespace = resource.isNamespaced && words[0] === "namespaces" ? words[1] : undefined;
		const [plural, name, ...rest] = namespace === undefined ? words : words.slice(2);
		if (plural === resource.name && rest.length === 0) return { resource, namespace, name };
	}
	return undefined;
}

function root(resource: Resource): string {
	return `${resource.group === "" ? "/api" : "/apis"}/${apiVersionOf(resource)}`;
}
