import { expect, it } from "vitest";
import * as api from "../src/index.ts";

it("exports these values and no others", () => {
	expect(Object.keys(api).sort()).toEqual([
		"KUBE_VERSIONS",
		"backendOf",
		"backends",
		"buildModel",
		"findLocalNode",
		"parseCIDR",
		"parseIP",
		"parseKubeVersion",
		"primaryFamily",
		"printCIDR",
		"printCommand",
		"printProblem",
		"readProxyConfig",
		"readSnapshot",
	]);
});
