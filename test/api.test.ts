import { expect, it } from "vitest";
import * as api from "../src/index.ts";

it("exports these values and no others", () => {
	expect(Object.keys(api).sort()).toEqual([
		"KUBE_VERSIONS",
		"backends",
		"buildModel",
		"compareModes",
		"describeDifferences",
		"describeExplanation",
		"describeTrace",
		"diff",
		"explain",
		"findLocalNode",
		"newTracer",
		"parseAddresses",
		"parseCIDR",
		"parseIP",
		"parseIptables",
		"parseKubeVersion",
		"parseNftListing",
		"parseNftTransaction",
		"parseSets",
		"parseTable",
		"primaryFamily",
		"printCIDR",
		"printCommand",
		"printDifference",
		"printExplanation",
		"printProblem",
		"printTrace",
		"readProxyConfig",
		"readSnapshot",
		"readTarget",
		"restoreParts",
		"saveSnapshot",
	]);
});
