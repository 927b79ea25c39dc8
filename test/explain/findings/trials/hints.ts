import { endpoint, type Manifest, NODES, node, service, slice, type Trial } from "../cluster.ts";

/** Endpoints on n1, n2 …, each with hints for these zones. */
function hinted(...zones: readonly (readonly string[])[]): Manifest {
	return slice(
		zones.map((names, index) =>
			endpoint(`10.244.1.${index + 1}`, `n${index + 1}`, { hints: { forZones: names.map((name) => ({ name })) } }),
		),
	);
}

/** Findings about hints. */
export const HINTS_TRIALS: readonly Trial[] = [
	{
		title: "one endpoint without",
		code: "HINTS_INCOMPLETE",
		present: { objects: [...NODES, service(), hinted(["zone-a"], [])] },
		absent: { objects: [...NODES, service(), hinted([], [])] },
		found: [
			[
				"warning",
				"shop/web:http",
				"Expected a zone hint at every ready endpoint of shop/web:http, found none at 1 of 2 (10.244.1.2:8080): zone hints are ignored and every endpoint gets connections from every zone. Wait for the controller to write them, or add them.",
			],
		],
	},
	{
		title: "none for this zone",
		code: "HINTS_FOR_OTHERS",
		present: { objects: [...NODES, service(), hinted(["zone-b"], ["zone-b"])] },
		absent: { objects: [...NODES, service(), hinted(["zone-a"], ["zone-b"])] },
		found: [
			[
				"info",
				"shop/web:http",
				"No endpoint of shop/web:http is hinted for zone zone-a of node n1, all are for zone-b: hints are ignored here, and every endpoint gets connections.",
			],
		],
	},
	{
		title: "the node has none",
		code: "HINTS_WITHOUT_ZONE",
		present: { objects: [node("n1"), node("n2", "zone-a"), service(), hinted(["zone-a"])] },
		absent: { objects: [...NODES, service(), hinted(["zone-b"])] },
		found: [
			[
				"warning",
				"shop/web:http",
				"Expected node n1 to have a zone, because the endpoints of shop/web:http have zone hints, found no label topology.kubernetes.io/zone: hints are ignored here. Label the node.",
			],
		],
	},
	{
		title: "no Node in the zone",
		code: "HINT_TARGET_MISSING",
		present: { objects: [...NODES, service(), hinted(["zone-a"], ["zone x\u001b"])] },
		absent: { objects: [node("n1", "zone-a"), service(), hinted(["zone-a"], ["zone-x"])] },
		found: [
			[
				"warning",
				"shop/web:http",
				'Expected hints of shop/web:http to name a zone that is there, found "zone x\\u001b" at 10.244.1.2:8080, but no Node is in it: where hints count, this endpoint gets no connections. Correct the hints, or add the Node.',
			],
		],
	},
	{
		title: "no such Node",
		code: "HINT_TARGET_MISSING",
		present: {
			objects: [...NODES, service(), slice([endpoint("10.244.1.1", "n1", { hints: { forNodes: [{ name: "n9" }] } })])],
		},
		absent: {
			objects: [...NODES, service(), slice([endpoint("10.244.1.1", "n1", { hints: { forNodes: [{ name: "n9" }] } })])],
			kubeVersion: "1.33",
		},
		found: [
			[
				"warning",
				"shop/web:http",
				"Expected hints of shop/web:http to name a node that is there, found n9 at 10.244.1.1:8080, but there is no such Node: where hints count, this endpoint gets no connections. Correct the hints, or add the Node.",
			],
		],
	},
];
