import type { Reporter, TestModule } from "vitest/node";

/** Prints `N passed, N failed, N skipped` as the last line of a run, from the runner's own results. */
export default class CountReporter implements Reporter {
	onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
		const counts = { passed: 0, failed: 0, skipped: 0 };
		for (const module of modules) {
			for (const test of module.children.allTests()) {
				const { state } = test.result();
				if (state === "pending") counts.failed++;
				else counts[state]++;
			}
			for (const suite of module.children.allSuites()) if (suite.errors().length > 0) counts.failed++;
			// A file that breaks before its tests run has no failed test, and must not look like a success.
			if (module.errors().length > 0) counts.failed++;
		}
		counts.failed += unhandledErrors.length;
		const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : "";
		process.stdout.write(`\n${counts.passed} passed, ${counts.failed} failed${skipped}\n`);
	}
}
