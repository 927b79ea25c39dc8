/** What clients would notice, or would not: one thing that differs about a service port. */
export interface Change {
	readonly kind: ChangeKind;
	/** What it is about, in few words: `10.244.1.5:8080`, `Cluster -> Local`. */
	readonly detail: string;
	/** A sentence about what clients see. */
	readonly message: string;
}

/** Every kind of change, from what clients notice most to what they do not notice. */
export const CHANGE_KINDS = {
	"service-added": "a service port appears",
	"service-removed": "a service port disappears",
	"frontend-added": "an address of a service port appears",
	"frontend-removed": "an address of a service port disappears",
	"verdict-changed": "connections to an address are forwarded, rejected, dropped or ignored, and were not",
	"endpoint-added": "an endpoint gets connections that got none",
	"endpoint-removed": "an endpoint no longer gets connections",
	"share-changed": "endpoints get other parts of the connections",
	"address-changed": "packets to an address get to the virtual server, and did not, or the other way round",
	"policy-changed": "the traffic policy of an address is another one",
	"affinity-changed": "clients stay with an endpoint for another time, or no longer",
	"source-ranges-changed": "other networks may use an address",
	"masquerade-changed": "the endpoint sees another source address",
	"rules-changed": "rules differ, and none of the above says how",
} as const;

/** A key of `CHANGE_KINDS`. */
export type ChangeKind = keyof typeof CHANGE_KINDS;

/** Which way the comparison is told. `live`: the old side is a node, the new one what it should have. */
export type Telling = "before-after" | "live";
