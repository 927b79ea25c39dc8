// @ts-check

/** @typedef {{ services: number, endpoints: number, nodes?: number }} Size */

/**
 * How big the snapshots are.
 *
 * @typedef {object} Sizes
 * @property {Size} big
 * @property {Size} small of the same form, to see what grows
 * @property {Size} yaml js-yaml takes its time
 * @property {Size} nodes of the cluster all of whose nodes are dumped
 * @property {readonly number[]} traces Services
 * @property {number} runs the best of so many counts
 */

/** Those of the goals. */
export const FULL = /** @type {Sizes} */ ({
	big: { services: 10_000, endpoints: 15 },
	small: { services: 1000, endpoints: 15 },
	yaml: { services: 10_000, endpoints: 15 },
	nodes: { services: 2000, endpoints: 5, nodes: 500 },
	traces: [100, 10_000],
	runs: 5,
});

/** Those on which only the outputs are looked at. */
export const SMALL = /** @type {Sizes} */ ({
	big: { services: 60, endpoints: 5 },
	small: { services: 20, endpoints: 5 },
	yaml: { services: 20, endpoints: 5 },
	nodes: { services: 60, endpoints: 5 },
	traces: [100, 300],
	runs: 1,
});
