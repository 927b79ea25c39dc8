import { DUAL, endpoint, NODES, NOT_READY, STOPPING, service, slice, type Trial } from "../cluster.ts";

const READY = [...NODES, service(), slice([endpoint("10.244.1.1")])];

/** Findings about endpoints. */
export const ENDPOINTS_TRIALS: readonly Trial[] = [
	{
		title: "no slice at all",
		code: "NO_ENDPOINTS",
		present: { objects: [...NODES, service()] },
		absent: { objects: READY },
		found: [
			[
				"error",
				"shop/web:http",
				"Expected an endpoint that is ready for shop/web:http, found none at all: clients are refused. Check that the selector of Service shop/web matches pods, or that a slice has the label kubernetes.io/service-name: web.",
			],
		],
	},
	{
		title: "endpoints that are not ready",
		code: "NO_ENDPOINTS",
		present: {
			objects: [service(), slice([endpoint("10.244.1.1", "n1", NOT_READY), endpoint("10.244.2.1", "n2", NOT_READY)])],
		},
		absent: { objects: [service(), slice([endpoint("10.244.1.1", "n1", NOT_READY), endpoint("10.244.2.1", "n2")])] },
		found: [
			[
				"error",
				"shop/web:http",
				"Expected an endpoint that is ready for shop/web:http, found 2 endpoints that are not (10.244.1.1:8080, 10.244.2.1:8080): clients are refused. Look at the readiness of the pods.",
			],
		],
	},
	{
		title: "in both families, each is told",
		code: "NO_ENDPOINTS",
		present: { objects: [service("web", DUAL)] },
		absent: { objects: [service("web", { clusterIP: "None" })] },
		found: [
			[
				"error",
				"shop/web:http",
				"Expected an endpoint that is ready for shop/web:http (IPv4), found none at all: clients are refused. Check that the selector of Service shop/web matches pods, or that a slice has the label kubernetes.io/service-name: web.",
			],
			[
				"error",
				"shop/web:http",
				"Expected an endpoint that is ready for shop/web:http (IPv6), found none at all: clients are refused. Check that the selector of Service shop/web matches pods, or that a slice has the label kubernetes.io/service-name: web.",
			],
		],
	},
	{
		title: "dual-stack Service, slices of one family",
		code: "FAMILY_WITHOUT_ENDPOINTS",
		present: { objects: [service("web", DUAL), slice([endpoint("10.244.1.1")])] },
		absent: {
			objects: [
				service("web", DUAL),
				slice([endpoint("10.244.1.1")]),
				slice([endpoint("fd00:10:244:1::1")], { name: "web-2", addressType: "IPv6" }),
			],
		},
		found: [
			[
				"error",
				"shop/web:http",
				"Expected endpoints with IPv6 addresses for shop/web:http, because Service shop/web has the cluster IP fd00:96::20, found IPv4 only (web-1): clients of its IPv6 addresses are refused. Give the pods IPv6 addresses, or take the family from the Service.",
			],
		],
	},
	{
		title: "slices of host names",
		code: "FAMILY_WITHOUT_ENDPOINTS",
		present: { objects: [service(), slice([{ addresses: ["db.example.org"] }], { addressType: "FQDN" })] },
		absent: { objects: [service(), slice([], { addressType: "IPv6" })] },
		found: [
			[
				"error",
				"shop/web:http",
				"Expected endpoints with IPv4 addresses for shop/web:http, because Service shop/web has the cluster IP 10.96.0.20, found FQDN only (web-1): clients of its IPv4 addresses are refused. Give the pods IPv4 addresses, or take the family from the Service.",
			],
		],
	},
	{
		title: "nobody is ready anywhere",
		code: "ONLY_TERMINATING",
		present: { objects: [service(), slice([endpoint("10.244.1.1", "n1", STOPPING)])] },
		absent: { objects: [service(), slice([endpoint("10.244.1.1", "n1", STOPPING), endpoint("10.244.2.1", "n2")])] },
		found: [
			[
				"warning",
				"shop/web:http",
				"Expected an endpoint of shop/web:http that is ready, found 1 being stopped (10.244.1.1:8080): it serves until it is gone. Look why no other pod is ready.",
			],
		],
	},
	{
		title: "nobody is ready on this node, and policy is Local",
		code: "ONLY_TERMINATING",
		present: {
			objects: [
				service("web", { internalTrafficPolicy: "Local" }),
				slice([endpoint("10.244.1.1", "n1", STOPPING), endpoint("10.244.2.1", "n2")]),
			],
		},
		absent: {
			objects: [
				service("web", { internalTrafficPolicy: "Local" }),
				slice([endpoint("10.244.1.1", "n1", STOPPING), endpoint("10.244.1.2", "n1")]),
			],
		},
		found: [
			[
				"warning",
				"shop/web:http",
				"Expected an endpoint of shop/web:http that is ready on this node, found 1 being stopped (10.244.1.1:8080): it serves until it is gone, as policy Local wants it. Look why no other pod is ready on this node.",
			],
		],
	},
	{
		title: "another name in the slice",
		code: "PORT_NAME_MISMATCH",
		present: { objects: [service(), slice([endpoint("10.244.1.1")], { ports: [{ name: "web", port: 8080 }] })] },
		absent: { objects: READY },
		found: [
			[
				"error",
				"shop/web:http",
				"Expected a port named http (TCP) in slice shop/web-1 for shop/web:http, found web (TCP): clients are refused. Use the same name in both.",
			],
		],
	},
	{
		title: "one of two slices has another name",
		code: "PORT_NAME_MISMATCH",
		present: {
			objects: [
				service(),
				slice([endpoint("10.244.1.1")]),
				slice([endpoint("10.244.2.1")], { name: "web-2", ports: [{ name: "", port: 8080 }] }),
			],
		},
		absent: {
			objects: [
				service("web", {
					ports: [
						{ name: "http", port: 80 },
						{ name: "https", port: 443 },
					],
				}),
				slice([endpoint("10.244.1.1")]),
				slice([endpoint("10.244.2.1")], { name: "web-2", ports: [{ name: "https", port: 8443 }] }),
			],
		},
		found: [
			[
				"warning",
				"shop/web:http",
				"Expected a port named http (TCP) in slice shop/web-2 for shop/web:http, found a port without a name (TCP): its 1 endpoint gets no connections of this port. Use the same name in both.",
			],
		],
	},
	{
		title: "no port in the slice",
		code: "PORT_NAME_MISMATCH",
		present: { objects: [service(), slice([endpoint("10.244.1.1")], { ports: [] })] },
		absent: { objects: [service(), slice([], { ports: [] })] },
		found: [
			[
				"error",
				"shop/web:http",
				"Expected a port named http (TCP) in slice shop/web-1 for shop/web:http, found no port at all: clients are refused. If targetPort is a name, check that the pods declare it.",
			],
		],
	},
	{
		title: "another protocol in the slice",
		code: "PORT_PROTOCOL_MISMATCH",
		present: {
			objects: [service(), slice([endpoint("10.244.1.1")], { ports: [{ name: "http", port: 8080, protocol: "UDP" }] })],
		},
		absent: { objects: READY },
		found: [
			[
				"error",
				"shop/web:http",
				"Expected a port named http (TCP) in slice shop/web-1 for shop/web:http, found that name with UDP: clients are refused. Use the same protocol in both.",
			],
		],
	},
	{
		title: "no number in the slice",
		code: "PORT_WITHOUT_NUMBER",
		present: { objects: [service(), slice([endpoint("10.244.1.1")], { ports: [{ name: "http" }] })] },
		absent: { objects: READY },
		found: [
			[
				"error",
				"shop/web:http",
				"Expected a port named http (TCP) in slice shop/web-1 for shop/web:http with a number, found none: kube-proxy skips such ports, so clients are refused. Write the number into the slice.",
			],
		],
	},
];
