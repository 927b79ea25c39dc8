import { expect, it } from "vitest";
import { describeUnless } from "../../support/describe-unless.ts";
import { runInNamespace } from "../../support/namespace.ts";
import { nftProblem } from "../../support/nft-load.ts";
import { SVCNAT } from "../../support/svcnat.ts";

const ARGS = "-f fixtures/shop --node worker-1 --ip-family dual --cluster-cidr 10.244.0.0/16 --proxy-mode nftables";
const RUN = `'${process.execPath}' '${SVCNAT}'`;

/** What somebody did to a node of the shop, and words of what the comparison says. */
const DAMAGES: readonly (readonly [what: string, damage: string, says: readonly RegExp[]])[] = [
	[
		"an element was deleted",
		"nft delete element ip kube-proxy service-ips '{ 10.96.10.30 . tcp . 8080 }'",
		[/^shop\/cart$/m, /^ {2}the node knows nothing of it: connections to cluster IP 10\.96\.10\.30:8080\/tcp/m],
	],
	[
		"a chain was flushed",
		"nft flush chain ip kube-proxy service-KHN6ECMT-shop/web/tcp/http",
		[/^shop\/web:http$/m, /endpoint 10\.244\.1\.5:8080 is missing on the node/],
	],
	["a jump is gone", "nft flush chain ip kube-proxy nat-prerouting", [/^shared/m, /to any Service are not translated/]],
	["the table of one family is gone", "nft delete table ip kube-proxy", [/the node has none of kube-proxy's rules/]],
	["everything is gone", "nft flush ruleset", [/the node has none of kube-proxy's rules/]],
	[
		"a table of somebody else drops packets",
		"nft add table inet fw; nft add chain inet fw c '{ type filter hook forward priority 0; }'; nft add rule inet fw c drop; nft delete element ip kube-proxy cluster-ips '{ 10.96.10.30 }'",
		[/^ {2}error: table inet fw: chain c \(hook forward, priority 0\) of somebody else takes every packet/m],
	],
];

describeUnless(await nftProblem(), "svcnat diff on a node of the nftables mode", () => {
	it("says that there is no difference, and has nothing to restore", async () => {
		const [before, restored] = await runOnNode("true");
		expect(before).toMatchObject({ exitCode: 0, text: expect.stringContaining("no difference: this node against") });
		expect(restored).toEqual(before);
	});

	it("says what other modes left behind", async () => {
		const [before] = await runOnNode("iptables-legacy -t nat -N KUBE-SERVICES; ip6tables-nft -t nat -N KUBE-MARK-MASQ");
		expect(before?.text).toMatch(
			/left behind by the iptables mode.*: 1 chain .*svcnat cleanup --proxy-mode iptables --no-settings/,
		);
	});

	it.each(DAMAGES)("says that %s, and puts it right", async (_, damage, says) => {
		const [before, restored] = await runOnNode(damage);
		expect(before?.exitCode).toBe(1);
		for (const words of says) expect(before?.text).toMatch(words);
		expect(restored).toMatchObject({ exitCode: 0, text: expect.stringContaining("no difference: this node against") });
	});
});

interface LiveRun {
	readonly exitCode: number;
	readonly text: string;
}

/** Loads the shop, damages it, compares, loads what `-o restore` prints, and compares again. */
async function runOnNode(damage: string): Promise<readonly LiveRun[]> {
	const diff = `${RUN} diff ${ARGS}`;
	const script = [
		`${RUN} dump ${ARGS} -q | nft -f - || exit 90`,
		`{ ${damage}; } || exit 90`,
		`${diff} 2>&1; echo "== exit $?"`,
		`${diff} -q -o restore | nft -f - || exit 90`,
		`${diff} 2>&1; echo "== exit $?"`,
	];
	const { exitCode, stdout, stderr } = await runInNamespace(script.join("\n"));
	if (exitCode !== 0) throw new Error(`exit ${exitCode}: ${stderr}\n${stdout}`);
	const runs = [...stdout.matchAll(/([\s\S]*?)^== exit (\d+)\n/gm)];
	return runs.map(([, text = "", code]) => ({ exitCode: Number(code), text }));
}
