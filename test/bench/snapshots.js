// @ts-check

/** @typedef {Omit<import("./cluster.js").Shape, "seed">} Size */

/** The snapshots that can be measured, by name. */
export const SNAPSHOTS = /** @type {Readonly<Record<string, Size>>} */ ({
	"plain-1k": { services: 1000, endpoints: 10, profile: "plain" },
	"plain-5k": { services: 5000, endpoints: 10, profile: "plain" },
	"plain-10k": { services: 10000, endpoints: 15, profile: "plain" },
	"mixed-1k": { services: 1000, endpoints: 10, profile: "mixed" },
	"mixed-5k": { services: 5000, endpoints: 10, profile: "mixed" },
	"mixed-10k": { services: 10000, endpoints: 15, profile: "mixed" },
});
