import fc from "fast-check";
import { arbitraryConfig, arbitraryObjects, NODE, type Objects } from "./arbitrary-snapshot.ts";

/** A generated cluster in which every name is a word that occurs nowhere else. */
export interface UnusualCluster {
	readonly objects: Objects;
	readonly config: Readonly<Record<string, unknown>>;
	/** Whose rules are compiled. */
	readonly node: string;
}

/** Every word that somebody made up for such a cluster. */
export const UNUSUAL = /quokka|wombat|platypus|numbat|okapi|kiwi|axolotl|capybara|7b3c1f8e|managedFields/i;

const WORDS: readonly (readonly [RegExp, string])[] = [
	[/"svc-(\d+)((?:-ipv\d-\d+)?)"/g, '"wombat-$1$2"'],
	[/"even"/g, '"quokka-2"'],
	[/"odd"/g, '"quokka"'],
	[/"(n[123])"/g, '"platypus-$1.example"'],
	[/"zone-([ab])"/g, '"kiwi-$1"'],
	[/"(http|dns|metrics|a1)"/g, '"numbat-$1"'],
	[/"lb"/g, '"lb.axolotl.example"'],
];

function unusualNames<T>(value: T): T {
	return JSON.parse(WORDS.reduce((text, [usual, unusual]) => text.replace(usual, unusual), JSON.stringify(value)));
}

/** Every object in a value with fields that nobody knows, and every endpoint with a pod. */
function withSecrets(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(withSecrets);
	if (typeof value !== "object" || value === null) return value;
	const fields = Object.entries(value).map(([key, below]) => [key, withSecrets(below)] as const);
	const { addresses } = value as { readonly addresses?: unknown };
	const isEndpoint = Array.isArray(addresses) && typeof addresses[0] === "string";
	const pod = { kind: "Pod", namespace: "quokka", name: `okapi-${String(addresses).replace(/[^0-9a-f]/g, "-")}x` };
	return {
		...Object.fromEntries(fields),
		...(isEndpoint ? { targetRef: pod, hostname: "capybara", zone: "kiwi-a" } : {}),
		capybara: "capybara",
	};
}

function withSecretMetadata(object: Record<string, unknown>): Record<string, unknown> {
	const { metadata } = object;
	const { labels, ...rest } = Object(metadata);
	return {
		...object,
		metadata: {
			...rest,
			uid: "7b3c1f8e-9d2a-4c56-8e10-2f4a6b8c0d1e",
			labels: { ...labels, "app.axolotl.example/name": "capybara", "kubernetes.io/hostname": "platypus-n1.example" },
			annotations: { "axolotl.example/owner": "capybara", "service.kubernetes.io/topology-mode": "Auto" },
			managedFields: [{ manager: "capybara" }],
		},
	};
}

/** Clusters of up to eight Services with everything that changes rules, and much that does not. */
export const arbitraryUnusualCluster: fc.Arbitrary<UnusualCluster> = fc
	.record({ objects: arbitraryObjects, config: arbitraryConfig })
	.map(({ objects, config }) => ({
		objects: unusualNames(objects).map((object) => withSecretMetadata(Object(withSecrets(object)))),
		config: {
			...config,
			clientConnection: { kubeconfig: "/var/lib/capybara.conf" },
			metricsBindAddress: "10.77.66.55:10249",
			ipvs: { scheduler: "capybara", excludeCIDRs: ["10.99.88.0/24"] },
			capybara: "capybara",
		},
		node: unusualNames([NODE]).join(),
	}));
