import { defineConfig } from "vitest/config";

export default defineConfig({
	test: {
		include: ["test/**/*.test.ts"],
		// Tests start processes and load kernels: the default of 5 seconds is for unit tests.
		testTimeout: 120_000,
		hookTimeout: 120_000,
		// By default one core is left idle, which doubles the time on a machine with two.
		maxWorkers: "100%",
		reporters: ["default", "./test/support/count-reporter.ts"],
	},
});
