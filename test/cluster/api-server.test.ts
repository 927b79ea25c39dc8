import { describe } from "vitest";
import { coreSuite } from "../support/api-server/core-suite.ts";
import { envtestProblem, startRealCluster } from "../support/api-server/envtest.ts";
import { startOwnCluster } from "../support/api-server/test-cluster.ts";

describe("the tests' own API server", () => {
	coreSuite(startOwnCluster);
});

// CI has no Kubernetes either, so this one is skipped there too.
const problem = envtestProblem();
describe.skipIf(problem !== undefined)(
	problem === undefined ? "a real API server" : `a real API server [skipped: ${problem}]`,
	() => {
		coreSuite(startRealCluster);
	},
);
