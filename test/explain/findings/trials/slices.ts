import { endpoint, type Manifest, service, slice, type Trial } from "../cluster.ts";

const HERE = slice([endpoint("10.244.1.1"), endpoint("10.244.2.1", "n2")]);

function many(count: number): readonly Manifest[] {
	return Array.from({ length: count }, (_, index) => endpoint(`10.244.${index >> 8}.${index & 255}`, "n2"));
}

/** Findings about slices. */
export const SLICES_TRIALS: readonly Trial[] = [
	{
		title: "by its name the Service's",
		code: "SLICE_WITHOUT_LABEL",
		present: { objects: [service(), slice([endpoint("10.244.1.1")], { name: "web-7x9k", labels: {} })] },
		absent: {
			objects: [service(), HERE, slice([endpoint("10.244.1.1")], { name: "webs-7x9k", labels: {} })],
		},
		found: [
			[
				"warning",
				undefined,
				"Expected label kubernetes.io/service-name: web at slice web-7x9k in namespace shop, found none: 1 endpoint is not used. Add the label if the endpoints are meant for Service shop/web.",
			],
		],
	},
	{
		title: "of two Services it is the one with the longer name",
		code: "SLICE_WITHOUT_LABEL",
		present: {
			objects: [
				service(),
				service("web-api", { clusterIP: "10.96.0.30" }),
				slice([endpoint("10.244.1.1"), endpoint("10.244.1.2")], { name: "web-api-7x9k", labels: {} }),
			],
		},
		absent: { objects: [service(), slice([endpoint("10.244.1.1")], { name: "web-api-7x9k", service: "web" })] },
		found: [
			[
				"warning",
				undefined,
				"Expected label kubernetes.io/service-name: web-api at slice web-api-7x9k in namespace shop, found none: 2 endpoints are not used. Add the label if the endpoints are meant for Service shop/web-api.",
			],
		],
	},
	{
		title: "labelled headless",
		code: "HIDDEN_SLICE",
		present: {
			objects: [
				service(),
				slice([endpoint("10.244.1.1")], {
					labels: { "kubernetes.io/service-name": "web", "service.kubernetes.io/headless": "" },
				}),
			],
		},
		absent: {
			objects: [
				service("web", { clusterIP: "None" }),
				slice([endpoint("10.244.1.1")], {
					labels: { "kubernetes.io/service-name": "web", "service.kubernetes.io/headless": "" },
				}),
			],
		},
		found: [
			[
				"warning",
				undefined,
				"Expected kube-proxy to see all slices of Service shop/web, found service.kubernetes.io/headless at web-1: kube-proxy passes over slices with that label. Remove it from the slice, and from the Service it was copied from.",
			],
		],
	},
	{
		title: "another proxy's before 1.36",
		code: "HIDDEN_SLICE",
		present: {
			objects: [
				service(),
				slice([endpoint("10.244.1.1")], {
					labels: { "kubernetes.io/service-name": "web", "service.kubernetes.io/service-proxy-name": "mesh" },
				}),
			],
			kubeVersion: "1.35",
		},
		absent: {
			objects: [
				service(),
				slice([endpoint("10.244.1.1")], {
					labels: { "kubernetes.io/service-name": "web", "service.kubernetes.io/service-proxy-name": "mesh" },
				}),
			],
		},
		found: [
			[
				"warning",
				undefined,
				"Expected kube-proxy to see all slices of Service shop/web, found service.kubernetes.io/service-proxy-name at web-1: kube-proxy passes over slices with that label. Remove it from the slice, and from the Service it was copied from.",
			],
		],
	},
	{
		title: "more than 1000 endpoints",
		code: "SLICE_TOO_LARGE",
		present: { objects: [service(), slice(many(1001))] },
		absent: { objects: [service(), slice(many(1000))] },
		found: [
			[
				"warning",
				undefined,
				"Expected at most 1000 endpoints in a slice of Service shop/web, found 1001 in web-1: an API server refuses it. Spread them over several slices.",
			],
		],
	},
];
