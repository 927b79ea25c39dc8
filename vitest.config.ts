import { defineConfig } from "vitest/config";

export default defineConfig({
	test: {
		include: ["test/**/*.test.ts"],
		// Tests start processes and load kernels: the default of 5 seconds is for unit tests.
		testTimeout: 120_000,
		reporters: ["default", "./test/support/count-reporter.ts"],
	},
});
