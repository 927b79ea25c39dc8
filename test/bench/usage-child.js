// @ts-check
// Loaded with --import in front of the real binary: leaves behind what the process has used.
import { writeFileSync } from "node:fs";

process.on("exit", () => {
	const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
	const usage = { cpu: (userCPUTime + systemCPUTime) / 1000, rss: maxRSS / 1024 };
	writeFileSync(process.env["SVCNAT_BENCH_USAGE"] ?? "", JSON.stringify(usage));
});
