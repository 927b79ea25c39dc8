import { expect, it } from "vitest";
import { runOnNode } from "../support/diff-live.ts";
import { describeKernel } from "../support/kernel-suite.ts";

const CART = "KUBE-SVC-N5W5PH5NLY2BP4HG";

/** What somebody did to a node of the shop, and words of what the comparison says. */
const DAMAGES: readonly (readonly [what: string, damage: string, says: readonly RegExp[]])[] = [
	[
		"one rule was deleted",
		`run $iptables -t nat -D ${CART} 1`,
		[/^shop\/cart$/m, /^ {4}\+ nat: -A KUBE-SVC-N5W5PH5NLY2BP4HG /m],
	],
	[
		"one chain was flushed",
		`run $iptables -t nat -F ${CART}`,
		[/^shop\/cart$/m, /endpoint 10\.244\.\d\.\d+:8080 is missing on the node/, /cluster IP 10\.96\.10\.30:8080\/tcp/],
	],
	[
		"a rule of somebody else drops packets before kube-proxy's jump sees them",
		"run $iptables -I FORWARD -p tcp --dport 8080 -j DROP",
		[/^shared/m, /FORWARD/, /error: .*-A FORWARD -p tcp -m tcp --dport 8080 -j DROP/],
	],
	[
		"a jump is gone",
		"run $iptables -t nat -D PREROUTING 1",
		[/^shared/m, /connections from pods and from outside to any Service are not translated/],
	],
	[
		"connections to an address are masqueraded that should not be",
		"run $iptables -t nat -I KUBE-SERVICES -d 10.96.10.30 -p tcp --dport 8080 -j KUBE-MARK-MASQ",
		[/^shop\/cart$/m, /too many on the node/],
	],
	[
		"everything is gone",
		'printf "*filter\\nCOMMIT\\n*nat\\nCOMMIT\\n*mangle\\nCOMMIT\\n" | run $iptables-restore',
		[/the node has none of kube-proxy's rules/],
	],
];

for (const variant of ["legacy", "nft"] as const) {
	await describeKernel(`svcnat diff on a node, with ${variant} iptables`, variant, () => {
		it("says that there is no difference, and has nothing to restore", async () => {
			const { before, after } = await runOnNode("", [variant]);
			expect(before).toEqual({ exitCode: 0, text: expect.stringMatching(/^no difference: this node against/) });
			expect(after).toEqual(before);
		});

		it.each(DAMAGES)("says that %s, and puts it right", async (_, damage, says) => {
			const { before, after } = await runOnNode(damage, [variant]);
			expect(before.exitCode).toBe(1);
			for (const words of says) expect(before.text).toMatch(words);
			expect(after).toEqual({ exitCode: 0, text: expect.stringContaining("no difference: this node against") });
		});
	});
}

await describeKernel("svcnat diff on a node with rules of both programs called iptables", "legacy", () => {
	it("compares the one that has kube-proxy's, and says that there are others", async () => {
		const { before } = await runOnNode("run iptables-legacy -A INPUT -p tcp --dport 22 -j ACCEPT", ["nft"]);
		expect(before.exitCode).toBe(0);
		expect(before.text).toMatch(
			/^warning: ipv4: iptables-nft .* is looked at .*; in iptables-legacy .*rules of others/m,
		);
	});

	it("says that both have kube-proxy's rules, and that both count", async () => {
		const { before } = await runOnNode("", ["nft", "legacy"]);
		expect(before.text).toMatch(/^warning: .*iptables-legacy .*\d+ rules of kube-proxy's are there too, and count/m);
	});
});
