import { expect, it } from "vitest";
import { addressesOf, applyCase, NEW } from "../../support/apply-cases.ts";
import { runSession } from "../../support/apply-session.ts";
import { describeKernel } from "../../support/kernel-suite.ts";
import { temporaryDirectory } from "../../support/temporary-directory.ts";

await describeKernel("svcnat apply beside rules of other modes", "nft", () => {
	it("warns of what counts as well, and cleanup --all removes it", async () => {
		const directory = temporaryDirectory();
		const apply = applyCase(NEW, "nft", directory);
		const steps = [
			// Not every kernel has dummy interfaces.
			{ shell: "ip link add kube-ipvs0 type veth peer name other && ip address add 10.96.10.20/32 dev kube-ipvs0" },
			{ shell: "nft add table ip kube-proxy && iptables-legacy -t nat -N KUBE-SERVICES" },
			{ svcnat: apply },
			{ svcnat: ["cleanup", "--all", "--iptables", "nft", "--state-dir", directory] },
			{ svcnat: apply },
			{ shell: "nft list tables; ip -o link; iptables-legacy-save -t nat" },
		];
		const done = await runSession(steps, { addresses: addressesOf([NEW]), directory });
		expect(done.map(({ status }) => status)).toEqual([0, 0, 0, 0, 0, 0]);
		const [, , first, , second, left] = done;
		expect(first?.stderr).toContain("warning: iptables-legacy holds rules of kube-proxy's too");
		expect(first?.stderr).toContain("warning: there are addresses and virtual servers of the IPVS mode (kube-ipvs0)");
		expect(first?.stderr).toContain("warning: there are tables of the nftables mode (ip kube-proxy)");
		expect(second?.stderr).not.toContain("warning: there are");
		expect(second?.stderr).not.toContain("iptables-legacy holds");
		expect(left?.stdout).not.toMatch(/kube-proxy|kube-ipvs0|KUBE-/);
	});
});
