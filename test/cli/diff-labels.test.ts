import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { svcnat } from "../support/svcnat.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import {
	changedShop,
	DUMPS,
	dumped,
	expectTrouble,
	goodAndBroken,
	NODE,
	statusAndText,
	written,
} from "./diff-support.ts";
import { labelledShop } from "./labels-support.ts";

const labelled = labelledShop();
const LIVE = ["diff", "-f", labelled, ...NODE, "--live", "-", "-q"];

let good = "";
let broken = "";

beforeAll(async () => {
	({ good, broken } = await goodAndBroken());
});

describe("svcnat diff -l", () => {
	it.for([
		[["-l", "tier=back"], 1],
		[["--selector", "tier in (front, back)"], 1],
		[["-l", "tier=front"], 0],
		[["-l", "tier!=back"], 0],
		[["-l", "tier=middle"], 0],
		[["-l", "tier", "-n", "shop"], 1],
		[["-l", "tier", "-n", "kube-system"], 0],
		[["-l", "tier", "--service", "shop/cart"], 1],
		[["-l", "tier=front", "--service", "shop/cart"], 0],
	] as const)("with %j decides by what is shown", async ([args, status]) => {
		const [exitCode, text] = await statusAndText([...LIVE, ...args], broken);
		expect({ exitCode, text }).toEqual({
			exitCode: status,
			text: expect.stringMatching(status === 1 ? /^1 service port differs; [\s\S]*\nshop\/cart\n/ : /^no difference/),
		});
	});

	it("counts the rules that all Services share", async () => {
		const unmarked = good.replace(/^-A KUBE-MARK-MASQ .*\n/m, "");
		expect(unmarked).not.toBe(good);
		const [status, text] = await statusAndText([...LIVE, "-l", "tier=front"], unmarked);
		expect([status, text]).toEqual([1, expect.stringContaining("\nshared: rules for all Services\n")]);
	});

	it("takes a Service of two snapshots that has the labels on one side", async () => {
		const changed = changedShop(temporaryDirectory());
		for (const operands of [
			[labelled, changed],
			[changed, labelled],
		]) {
			const narrowed = ["diff", ...operands, ...NODE, "-q", "-l"];
			expect((await statusAndText([...narrowed, "tier=back"]))[0], operands.join(" ")).toBe(1);
			expect((await statusAndText([...narrowed, "tier=front"]))[0], operands.join(" ")).toBe(0);
		}
	});

	it("takes a snapshot and a dump, and refuses two dumps, which have no labels", async () => {
		const directory = temporaryDirectory();
		const file = written(directory, "broken", broken);
		const narrowed = [...NODE, "-q", "-l", "tier=back"];
		expect((await statusAndText(["diff", file, labelled, ...narrowed]))[0]).toBe(1);
		const dumps = await svcnat(["diff", file, written(directory, "good", good), ...narrowed]);
		expectTrouble(dumps, "-l: only a snapshot tells the labels of Services");
	});

	it("narrows what changes from one mode to another", async () => {
		const modes = ["diff", "-f", labelled, "--node", "control-1", "--from-mode", "iptables", "--to-mode", "ipvs", "-q"];
		const [status, text] = await statusAndText([...modes, "-l", "tier=front"]);
		expect([status, text]).toEqual([1, expect.stringContaining("\nshop/web\n")]);
		const [, other] = await statusAndText([...modes, "-l", "tier=back"]);
		expect(other).not.toContain("shop/web");
	});

	it("says of which differing Services nobody knows the labels", async () => {
		const node = ["--node", "worker-1", "--cluster-cidr", "10.244.0.0/16", "--nfacct", "false"];
		const upgraded = ["diff", "-f", labelled, ...node, "--live", join(DUMPS, "upgraded.nft.txt")];
		const [labels, namespace] = await Promise.all([
			svcnat([...upgraded, "-l", "tier!=back"]),
			svcnat([...upgraded, "-n", "shop"]),
		]);
		expect(namespace.stdout).toContain("\nshop/basket\n");
		expect(labels.stdout).not.toContain("basket");
		const warning = "warning: -l: nobody knows the labels of shop/basket, so these differences are not shown\n";
		expect(labels.stderr).toContain(warning);
		expect(namespace.stderr).not.toContain(warning);
	});

	it("warns when no Service has such labels", async () => {
		const run = await svcnat(LIVE.with(-1, "-l").concat("tier=middle", "-n", "shop"), { input: good });
		expect(run.stderr).toContain(
			'warning: no rule on either side belongs to namespace "shop" and a Service with labels "tier=middle"\n',
		);
	});

	it.for([
		["what is no selector", ["-l", "tier=front,"], "expected a label or ! at character 12, found the end"],
		["-o restore", ["-o", "restore", "-l", "tier"], "-o restore gives all rules"],
	] as const)("refuses %s", async ([, args, message]) => {
		expectTrouble(await svcnat([...LIVE, ...args], { input: await dumped("-o", "save") }), message);
	});
});
