import { endpoint, type foundIn, ingress, type Manifest, service, slice } from "./cluster.ts";

const HERE = slice([endpoint("10.244.1.1"), endpoint("10.244.2.1", "n2")]);
const AWAY = slice([endpoint("10.244.2.1", "n2")]);
const WITH_PORT = { ports: [{ name: "http", port: 80, nodePort: 30080 }] };
const LOCAL = { ...WITH_PORT, type: "NodePort", externalTrafficPolicy: "Local" };
const CHECKED = { type: "LoadBalancer", externalTrafficPolicy: "Local", healthCheckNodePort: 30080 };
const RANGES = { ...WITH_PORT, type: "LoadBalancer", loadBalancerSourceRanges: ["198.51.100.0/24"] };
const LB = ingress("203.0.113.10");
const OLD = service("old", { ...WITH_PORT, type: "NodePort", clusterIP: "10.96.0.30" });
const OLD_SLICE = slice([endpoint("10.244.2.2", "n2")], { name: "old-1", service: "old" });

const NFTABLES = { mode: "nftables" };

const OUTSIDE = "198.18.0.77";
const POD = "10.244.1.9";

/** A finding, tried both ways, and a packet whose fate it tells. */
export interface Row {
	readonly code: Parameters<typeof foundIn>[1];
	readonly isPresent: boolean;
	readonly objects: readonly Manifest[];
	readonly config?: Manifest;
	readonly from: string;
	readonly to: readonly [ip: string, port: number];
	/** What becomes of the packet: verdicts, destinations, and `masqueraded`. */
	readonly fate: string;
}

/** Every finding that says what becomes of packets. */
export const ROWS: readonly Row[] = [
	{
		code: "SHORT_CIRCUIT_OFF",
		isPresent: true,
		objects: [service("web", LOCAL), AWAY],
		config: { clusterCIDR: "" },
		from: POD,
		to: ["192.0.2.1", 30080],
		fate: "dropped",
	},
	{
		code: "SHORT_CIRCUIT_OFF",
		isPresent: false,
		objects: [service("web", LOCAL), AWAY],
		from: POD,
		to: ["192.0.2.1", 30080],
		fate: "forwarded to 10.244.2.1:8080",
	},
	{
		code: "MASQUERADE_OFF",
		isPresent: true,
		objects: [service(), AWAY],
		config: { clusterCIDR: "" },
		from: OUTSIDE,
		to: ["10.96.0.20", 80],
		fate: "forwarded to 10.244.2.1:8080",
	},
	{
		code: "MASQUERADE_OFF",
		isPresent: false,
		objects: [service(), AWAY],
		from: OUTSIDE,
		to: ["10.96.0.20", 80],
		fate: "forwarded to 10.244.2.1:8080 masqueraded",
	},
	{
		code: "HEALTH_CHECK_PORT_CONFLICT",
		isPresent: true,
		objects: [service("web", CHECKED), HERE, OLD, OLD_SLICE],
		from: OUTSIDE,
		to: ["192.0.2.1", 30080],
		fate: "forwarded to 10.244.2.2:8080 masqueraded",
	},
	{
		code: "HEALTH_CHECK_PORT_CONFLICT",
		isPresent: false,
		objects: [service("web", CHECKED), HERE, OLD],
		from: OUTSIDE,
		to: ["192.0.2.1", 30080],
		fate: "delivered to 192.0.2.1:30080",
	},
	{
		code: "SOURCE_RANGES_NODE_PORT",
		isPresent: true,
		objects: [service("web", RANGES, LB), AWAY],
		from: OUTSIDE,
		to: ["192.0.2.1", 30080],
		fate: "forwarded to 10.244.2.1:8080 masqueraded",
	},
	{
		code: "SOURCE_RANGES_BYPASSED",
		isPresent: false,
		objects: [service("web", RANGES, LB), AWAY],
		from: OUTSIDE,
		to: ["203.0.113.10", 80],
		fate: "dropped",
	},
	{
		code: "SOURCE_RANGES_BYPASSED",
		isPresent: true,
		objects: [service("web", { ...RANGES, externalIPs: ["203.0.113.10"] }, LB), AWAY],
		from: OUTSIDE,
		to: ["203.0.113.10", 80],
		fate: "forwarded to 10.244.2.1:8080 masqueraded",
	},
	{
		code: "SOURCE_RANGES_BYPASSED",
		isPresent: false,
		objects: [service("web", { ...RANGES, externalIPs: ["203.0.113.10"] }, LB), AWAY],
		config: NFTABLES,
		from: OUTSIDE,
		to: ["203.0.113.10", 80],
		fate: "dropped",
	},
	{
		code: "SOURCE_RANGES_EXCLUDE_NODE",
		isPresent: true,
		objects: [service("web", { ...RANGES, externalIPs: ["203.0.113.10"] }, LB), AWAY],
		config: NFTABLES,
		from: POD,
		to: ["203.0.113.10", 80],
		fate: "dropped",
	},
	{
		code: "HEALTH_CHECK_PORT_CONFLICT",
		isPresent: true,
		objects: [service("web", CHECKED), HERE, OLD],
		config: NFTABLES,
		from: OUTSIDE,
		to: ["192.0.2.1", 30080],
		fate: "rejected",
	},
	{
		code: "NODE_PORT_NOWHERE",
		isPresent: true,
		objects: [OLD, OLD_SLICE],
		config: { ...NFTABLES, nodePortAddresses: ["127.0.0.0/8"] },
		from: OUTSIDE,
		to: ["192.0.2.1", 30080],
		fate: "delivered to 192.0.2.1:30080",
	},
	{
		code: "LOCAL_POLICY_NO_ENDPOINT",
		isPresent: true,
		objects: [service("web", LOCAL), AWAY],
		config: NFTABLES,
		from: OUTSIDE,
		to: ["192.0.2.1", 30080],
		fate: "dropped",
	},
	{
		code: "SHORT_CIRCUIT_OFF",
		isPresent: true,
		objects: [service("web", LOCAL), AWAY],
		config: { ...NFTABLES, clusterCIDR: "" },
		from: POD,
		to: ["192.0.2.1", 30080],
		fate: "dropped",
	},
	{
		code: "MASQUERADE_OFF",
		isPresent: true,
		objects: [service(), AWAY],
		config: { ...NFTABLES, clusterCIDR: "" },
		from: OUTSIDE,
		to: ["10.96.0.20", 80],
		fate: "forwarded to 10.244.2.1:8080",
	},
	{
		code: "ENDPOINT_IS_CLUSTER_IP",
		isPresent: true,
		objects: [service(), slice([endpoint("10.96.0.30", "")]), OLD, OLD_SLICE],
		config: NFTABLES,
		from: POD,
		to: ["10.96.0.20", 80],
		fate: "rejected",
	},
	{
		code: "EXTERNAL_IP_IS_NODE",
		isPresent: true,
		objects: [service("web", { externalIPs: ["192.0.2.1"] }), AWAY],
		from: OUTSIDE,
		to: ["192.0.2.1", 80],
		fate: "forwarded to 10.244.2.1:8080 masqueraded",
	},
	{
		code: "EXTERNAL_IP_IS_NODE",
		isPresent: true,
		objects: [service("web", { externalIPs: ["192.0.2.1"] })],
		from: OUTSIDE,
		to: ["192.0.2.1", 80],
		fate: "rejected",
	},
	{
		code: "EXTERNAL_IP_IS_CLUSTER_IP",
		isPresent: true,
		objects: [OLD, service("web", { externalIPs: ["10.96.0.30"], ports: [{ name: "http", port: 81 }] }), AWAY],
		from: POD,
		to: ["10.96.0.30", 81],
		fate: "forwarded to 10.244.2.1:8080 masqueraded",
	},
	{
		code: "ENDPOINT_IS_CLUSTER_IP",
		isPresent: true,
		objects: [service(), slice([endpoint("10.96.0.30", "")]), OLD, OLD_SLICE],
		from: POD,
		to: ["10.96.0.20", 80],
		fate: "forwarded to 10.96.0.30:8080",
	},
	{
		code: "NODE_PORT_NOWHERE",
		isPresent: true,
		objects: [OLD, OLD_SLICE],
		config: { nodePortAddresses: ["10.0.0.0/8"] },
		from: OUTSIDE,
		to: ["192.0.2.1", 30080],
		fate: "delivered to 192.0.2.1:30080",
	},
	{
		code: "EXTERNAL_IPS_OFF",
		isPresent: true,
		objects: [service("web", { externalIPs: ["198.51.100.1"] }), HERE],
		config: { featureGates: { AllowServiceExternalIPs: false } },
		from: OUTSIDE,
		to: ["198.51.100.1", 80],
		fate: "forwarded to 198.51.100.1:80",
	},
];
