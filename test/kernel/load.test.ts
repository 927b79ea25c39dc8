import { expect, it } from "vitest";
import { loadsInKernel } from "../support/kernel-load.ts";
import { describeKernel } from "../support/kernel-suite.ts";

const REJECTS = "*filter\n:NEW - [0:0]\n-A NEW -j REJECT\nCOMMIT\n";
const COUNTS = "*filter\n:NEW - [0:0]\n-A NEW -m nfacct --nfacct-name packets -j DROP\nCOMMIT\n";
const NFACCT = { program: "nfacct", args: ["add", "packets"] };

for (const variant of ["legacy", "nft"] as const) {
	await describeKernel(`loading rules with ${variant} iptables`, variant, () => {
		it("returns what iptables-save prints", async () => {
			const { ok, saved } = await loadsInKernel(REJECTS, { variant, family: "ipv6" });
			expect(ok).toBe(true);
			expect(saved).toContain("-A NEW -j REJECT --reject-with icmp6-port-unreachable\n");
		});

		it("returns the reason for which a text is refused", async () => {
			const result = await loadsInKernel(REJECTS.replace("COMMIT", "-A LOST -j DROP\nCOMMIT"), {
				variant,
				family: "ipv4",
			});
			expect(result).toMatchObject({ ok: false, saved: "" });
			expect(result.stderr).toMatch(/line 4/);
		});

		it("refuses a rule whose counter does not exist, and takes it when the requirements are run", async () => {
			const without = await loadsInKernel(COUNTS, { variant, family: "ipv4" });
			expect(without.ok).toBe(false);
			const having = await loadsInKernel(COUNTS, { variant, family: "ipv4", requirements: [NFACCT] });
			expect(having.ok).toBe(true);
		});

		it("throws when the setup fails, lest that passes for a refusal of the text", async () => {
			const setup = [{ program: "iptables", args: ["-w", "5", "-I", "INPUT", "-j", "LOST"] }];
			await expect(loadsInKernel(REJECTS, { variant, family: "ipv4", setup })).rejects.toThrow(
				`this failed: iptables-${variant} -w 5 -I INPUT -j LOST`,
			);
		});
	});
}
