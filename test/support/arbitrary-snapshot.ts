import fc from "fast-check";

/** Objects as an API server would hand them out, in some order. */
export type Objects = readonly Record<string, unknown>[];

/** The node whose rules are compiled. */
export const NODE = "n1";

const NODES = [NODE, "n2", "n3"];
const ZONES = ["zone-a", "zone-b"];

const policy = fc.constantFrom("Cluster", "Local", undefined);
const sometimes = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 3 });

const conditions = fc.record({
	ready: fc.constantFrom(true, true, true, false, undefined),
	serving: fc.constantFrom(true, false, undefined),
	terminating: fc.constantFrom(true, false, false, undefined),
});

const hints = fc.record({
	forZones: fc.uniqueArray(fc.constantFrom(...ZONES), { maxLength: 2 }).map((names) => names.map((name) => ({ name }))),
	forNodes: sometimes(fc.constantFrom(...NODES).map((name) => [{ name }])),
});

interface EndpointSeed {
	readonly host: number;
	readonly nodeName: string | undefined;
	readonly conditions: unknown;
	readonly hints: unknown;
}

const endpoint: fc.Arbitrary<EndpointSeed> = fc.record({
	host: fc.integer({ min: 1, max: 30 }),
	nodeName: fc.constantFrom(...NODES, undefined),
	conditions,
	hints: sometimes(hints),
});

const port = fc.record({
	name: fc.constantFrom("http", "dns", "metrics", "a1", ""),
	protocol: fc.constantFrom("TCP", "TCP", "UDP", "SCTP"),
	hasNodePort: fc.boolean(),
});

const service = fc.record({
	ports: fc.uniqueArray(port, { minLength: 1, maxLength: 3, selector: ({ name, protocol }) => `${name} ${protocol}` }),
	type: fc.constantFrom("ClusterIP", "NodePort", "LoadBalancer"),
	families: fc.constantFrom(["IPv4"], ["IPv6"], ["IPv4", "IPv6"], ["IPv6", "IPv4"]),
	internalTrafficPolicy: policy,
	externalTrafficPolicy: policy,
	hasAffinity: fc.boolean(),
	externalIPs: fc.subarray(["198.51.100.1", "198.51.100.2", "2001:db8:e::1"]),
	ingress: fc.subarray([
		{ ip: "203.0.113.1" },
		{ ip: "203.0.113.2", ipMode: "Proxy" },
		{ ip: "2001:db8:f::1" },
		{ hostname: "lb" },
	]),
	sourceRanges: fc.subarray(["192.0.2.0/24", " 203.0.113.0/25", "2001:db8::/32", "0.0.0.0/0"], { maxLength: 2 }),
	healthCheckNodePort: sometimes(fc.constant(true)),
	slices: fc.array(fc.uniqueArray(endpoint, { maxLength: 6, selector: ({ host }) => host }), { maxLength: 3 }),
});

type ServiceSeed = typeof service extends fc.Arbitrary<infer T> ? T : never;

function address(family: string, host: number): string {
	return family === "IPv4" ? `10.244.1.${host}` : `fd00:10:244:1::${host.toString(16)}`;
}

function serviceObject(seed: ServiceSeed, index: number): Record<string, unknown> {
	const clusterIPs = seed.families.map((family) =>
		family === "IPv4" ? `10.96.0.${index + 1}` : `fd00:96::${index + 1}`,
	);
	return {
		apiVersion: "v1",
		kind: "Service",
		metadata: { name: `svc-${index}`, namespace: index % 2 === 0 ? "even" : "odd", resourceVersion: "1" },
		spec: {
			type: seed.type,
			clusterIP: clusterIPs[0],
			clusterIPs,
			ipFamilies: seed.families,
			internalTrafficPolicy: seed.internalTrafficPolicy,
			externalTrafficPolicy: seed.externalTrafficPolicy,
			externalIPs: seed.externalIPs,
			loadBalancerSourceRanges: seed.sourceRanges,
			...(seed.hasAffinity
				? { sessionAffinity: "ClientIP", sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } } }
				: {}),
			...(seed.healthCheckNodePort === true ? { healthCheckNodePort: 32000 + index } : {}),
			ports: seed.ports.map(({ name, protocol, hasNodePort }, at) => ({
				name,
				protocol,
				port: 80 + at,
				...(hasNodePort ? { nodePort: 30000 + index * 3 + at } : {}),
			})),
		},
		status: { loadBalancer: { ingress: seed.ingress } },
	};
}

/** Every endpoint is in one slice of a family only: what contradicting copies give depends on chance in kube-proxy too. */
function sliceObjects(seed: ServiceSeed, index: number): Objects {
	return seed.slices.flatMap((endpoints, at) =>
		seed.families.map((family) => ({
			apiVersion: "discovery.k8s.io/v1",
			kind: "EndpointSlice",
			metadata: {
				name: `svc-${index}-${family.toLowerCase()}-${at}`,
				namespace: index % 2 === 0 ? "even" : "odd",
				resourceVersion: "1",
				labels: { "kubernetes.io/service-name": `svc-${index}` },
			},
			addressType: family,
			ports: seed.ports.map(({ name, protocol }, number) => ({ name, protocol, port: 8080 + number })),
			endpoints: endpoints.map(({ host, nodeName, conditions: state, hints: hinted }) => ({
				addresses: [address(family, host + 40 * at)],
				...(nodeName === undefined ? {} : { nodeName }),
				conditions: state,
				hints: hinted,
			})),
		})),
	);
}

const nodeObjects: Objects = NODES.map((name, index) => ({
	apiVersion: "v1",
	kind: "Node",
	metadata: { name, resourceVersion: "1", labels: { "topology.kubernetes.io/zone": ZONES[index % 2] } },
	spec: { podCIDRs: [`10.244.${index}.0/24`, `fd00:10:244:${index}::/64`] },
	status: {
		addresses: [
			{ type: "InternalIP", address: `192.0.2.${index + 1}` },
			{ type: "InternalIP", address: `2001:db8::${index + 1}` },
		],
	},
}));

/** Clusters of up to eight Services with everything that changes rules. */
export const arbitraryObjects: fc.Arbitrary<Objects> = fc
	.array(service, { minLength: 1, maxLength: 8 })
	.map((seeds) => [...nodeObjects, ...seeds.map(serviceObject), ...seeds.flatMap(sliceObjects)]);

/** Configurations that change rules. */
export const arbitraryConfig: fc.Arbitrary<Record<string, unknown>> = fc.record({
	clusterCIDR: fc.constantFrom("", "10.244.0.0/16", "10.244.0.0/16,fd00:10:244::/56"),
	detectLocalMode: fc.constantFrom("", "NodeCIDR"),
	nodePortAddresses: fc.constantFrom([], ["192.0.2.0/24"], ["127.0.0.0/8", "::1/128"], ["primary"]),
	iptables: fc.record({
		masqueradeAll: fc.boolean(),
		masqueradeBit: fc.integer({ min: 0, max: 31 }),
		localhostNodePorts: fc.boolean(),
	}),
	conntrack: fc.record({ tcpBeLiberal: fc.boolean() }),
});

/** Something with objects, and the same objects in another order. */
export function withOrder<T extends { readonly objects: Objects }>(input: fc.Arbitrary<T>) {
	return input.chain((one) =>
		fc.record({
			one: fc.constant(one),
			order: fc.shuffledSubarray([...one.objects], { minLength: one.objects.length }),
		}),
	);
}
