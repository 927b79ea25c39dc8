import { execa } from "execa";
import type { Family } from "../../src/index.ts";
import { missingPrograms } from "./installed.ts";
import { loadsInKernel, type Variant } from "./kernel-load.ts";
import { NotIsolatedError } from "./namespace.ts";

/** Newer releases print some matches in another way than kube-proxy's images do. */
const IPTABLES_VERSION = "v1.8.9";

/** Every match and target that kube-proxy uses. */
const TRIAL = `*filter
:TRIAL - [0:0]
-A TRIAL -m comment --comment "two words" -m conntrack --ctstate NEW -m nfacct --nfacct-name trial -j DROP
-A TRIAL -m mark --mark 0x4000/0x4000 -m statistic --mode random --probability 0.5 -j REJECT
COMMIT
*nat
:TRIAL - [0:0]
-A TRIAL -m addrtype --dst-type LOCAL -m tcp -p tcp --dport 80 -m recent --name TRIAL --set -j MARK --or-mark 0x4000
-A TRIAL -m sctp -p sctp -j MASQUERADE --random-fully
-A TRIAL -m udp -p udp -j DNAT --to-destination :53
COMMIT
`;

/** Why rules cannot be loaded with a variant of iptables; undefined when they can. */
export async function kernelProblem(variant: Variant): Promise<string | undefined> {
	return (await toolsProblem(variant)) ?? (await trialProblem("ipv4", variant)) ?? trialProblem("ipv6", variant);
}

async function toolsProblem(variant: Variant): Promise<string | undefined> {
	if (process.getuid?.() !== 0) return "not root";
	const programs = ["iptables", "ip6tables"].map((name) => `${name}-${variant}`);
	const needed = ["unshare", "nfacct", ...programs.flatMap((name) => [name, `${name}-restore`, `${name}-save`])];
	const missing = missingPrograms(needed);
	if (missing.length > 0) return `not installed: ${missing.join(", ")}`;
	const { stdout } = await execa(`iptables-${variant}`, ["--version"]);
	return stdout.includes(`${IPTABLES_VERSION} `) ? undefined : `not ${IPTABLES_VERSION}: ${stdout}`;
}

/** The rules are always the same, so that a defect of the compiler cannot pass for a defect of the kernel. */
async function trialProblem(family: Family, variant: Variant): Promise<string | undefined> {
	const requirements = [{ program: "nfacct", args: ["add", "trial"] }];
	try {
		const { ok, stderr } = await loadsInKernel(TRIAL, { family, variant, requirements });
		return ok ? undefined : `no ${family} with ${variant}: ${oneLine(stderr)}`;
	} catch (error) {
		if (error instanceof NotIsolatedError) throw error;
		return `no ${family} with ${variant}: ${oneLine(error instanceof Error ? error.message : String(error))}`;
	}
}

function oneLine(text: string): string {
	return text.trim().replaceAll(/\s+/g, " ");
}
