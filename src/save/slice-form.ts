import { isFields } from "../fields/fields.ts";
import { isLabel, isSubdomain } from "../fields/names.ts";
import { address, type Form, list, name, oneOf, port, record, truth } from "./forms.ts";
import { MARKS, namespaced } from "./metadata-forms.ts";
import type { Words } from "./words.ts";

const HINTS = (sort: "zone" | "node"): Form => list(record({ name: name(sort) }));

const ENDPOINT = record({
	addresses: list(addressOrHost),
	conditions: record({ ready: truth, serving: truth, terminating: truth }),
	nodeName: name("node"),
	zone: name("zone"),
	hints: record({ forZones: HINTS("zone"), forNodes: HINTS("node") }),
	targetRef,
});

/** What an anonymized snapshot keeps of an EndpointSlice. */
export const ENDPOINT_SLICE: Form = record({
	metadata: namespaced("slice", { labels: record({ "kubernetes.io/service-name": name("service"), ...MARKS }) }),
	addressType: oneOf("IPv4", "IPv6", "FQDN"),
	ports: list(record({ name: name("port"), protocol: oneOf("TCP", "UDP", "SCTP", ""), port })),
	endpoints: list(ENDPOINT),
});

/** A slice of type FQDN has host names; and only the first of several addresses has to be one. */
function addressOrHost(value: unknown, words: Words): unknown {
	return address(value, words) ?? name("host")(value, words);
}

/** Of other kinds nobody needs to know. */
function targetRef(value: unknown, words: Words): unknown {
	if (!isFields(value)) return undefined;
	const { kind, namespace, name: pod } = value;
	if (kind !== "Pod" || typeof namespace !== "string" || typeof pod !== "string") return undefined;
	if (!isLabel(namespace) || !isSubdomain(pod)) return undefined;
	return { kind, namespace: words.name("namespace", namespace), name: words.name("pod", pod) };
}
