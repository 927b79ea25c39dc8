import { readFileSync } from "node:fs";
import { missingPrograms } from "./installed.ts";

/** What runs in the machine; it uses what is installed on the host. */
const LOADERS = ["iptables-legacy", "ip6tables-legacy"].flatMap((name) => [name, `${name}-restore`, `${name}-save`]);
const TOOLS = [...LOADERS, "ip", "ipset", "ipvsadm", "sysctl", "unshare"];

/** What starts the machine. */
const STARTERS = ["bash", "awk", "df", "paste", "setpriv", "stty", "taskset", "timeout"];

/** Why the machine cannot be started, or has nothing to load rules with; undefined when that can be tried. */
export function machineProblem(): string | undefined {
	if (process.platform !== "linux" || process.arch !== "x64") return "not Linux on x86-64";
	if (process.getuid?.() !== 0) return "not root";
	const missing = [...missingPrograms([...TOOLS, ...STARTERS]), ...missingKernel(), ...missingCompiler()];
	return missing.length > 0 ? `not installed: ${missing.join(", ")}` : undefined;
}

/** What is not installed is fetched with apt. */
function missingKernel(): readonly string[] {
	const missing = missingPrograms(["linux.uml", "busybox"]);
	const canFetch = missingPrograms(["apt-get", "dpkg-deb", "flock"]).length === 0;
	return canFetch ? [] : missing;
}

/** Processors with AMX need a library that is compiled for the purpose. */
function missingCompiler(): readonly string[] {
	const needsOne = / amx_tile( |$)/m.test(readFileSync("/proc/cpuinfo", "utf8"));
	const hasOne = missingPrograms(["cc", "gcc"]).length < 2;
	return needsOne && !hasOne ? ["a C compiler"] : [];
}
