import yaml from "js-yaml";
import { describe, expect, it } from "vitest";
import { runInProcess } from "../support/run-in-process.ts";
import type { Run } from "../support/svcnat.ts";
import { expectTrouble, NODE } from "./diff-support.ts";
import { labelledShop } from "./labels-support.ts";

const labelled = labelledShop();

/** Within the test's process, which is faster. */
async function dump(...args: readonly string[]): Promise<Run> {
	return here("dump", "-f", labelled, ...NODE, "--ip-family", "dual", ...args);
}

async function here(...args: readonly string[]): Promise<Run> {
	const { status, stdout, stderr } = await runInProcess(args);
	return { exitCode: status, stdout, stderr };
}

/** Every object with an origin (a rule, a virtual server, a real server) and the Service that it is for. */
function owned(value: unknown): readonly { readonly service: string; readonly text: string }[] {
	if (typeof value !== "object" || value === null) return [];
	const inside = Object.values(value).flatMap(owned);
	if (!("origin" in value)) return inside;
	const [, service = ""] = /"servicePort":"([^":]*)/.exec(JSON.stringify(value.origin)) ?? [];
	return [{ service, text: JSON.stringify(value) }, ...inside];
}

const MODES = ["iptables", "ipvs"] as const;
const NARROWED = [
	[
		["-l", "tier=front"],
		["shop/admin", "shop/web"],
	],
	[
		["--selector", "tier!=front", "-n", "shop"],
		["shop/cart", "shop/payments"],
	],
	[
		["-l", "tier"],
		["shop/admin", "shop/cart", "shop/web"],
	],
	[
		["-l", "!tier"],
		["default/kubernetes", "kube-system/kube-dns", "shop/payments"],
	],
	[
		["-l", ""],
		["default/kubernetes", "kube-system/kube-dns", "shop/admin", "shop/cart", "shop/payments", "shop/web"],
	],
] as const;

describe("svcnat dump -l", () => {
	it.for(
		MODES.flatMap((mode) => NARROWED.map(([args, services]) => [mode, args, services] as const)),
	)("in mode %s shows with %j the rules of %j as they are among all", async ([mode, args, services]) => {
		const all = await dump("--proxy-mode", mode, "-o", "json");
		const some = await dump("--proxy-mode", mode, "-o", "json", ...args);
		expect([all.exitCode, some.exitCode]).toEqual([0, 0]);
		const wanted: readonly string[] = services;
		const expected = owned(JSON.parse(all.stdout)).filter(({ service }) => wanted.includes(service));
		expect(owned(JSON.parse(some.stdout))).toEqual(expected);
		expect([...new Set(expected.map(({ service }) => service))].sort()).toEqual(services);
	});

	it("shows the same as YAML", async () => {
		const json = await dump("-o", "json", "-l", "tier=back");
		const asYAML = await dump("-o", "yaml", "-l", "tier=back");
		expect(yaml.load(asYAML.stdout)).toEqual(JSON.parse(json.stdout));
		expect(json.stdout).toContain("shop/cart");
	});

	it("says when no Service has such labels", async () => {
		const run = await dump("-o", "json", "-l", "tier=middle");
		expect(run.stderr).toContain('warning: -l "tier=middle": no Service in the input has such labels\n');
		expect(owned(JSON.parse(run.stdout))).toEqual([]);
		expect((await dump("-o", "json", "-l", "tier")).stderr).not.toContain("-l");
	});

	it.for([
		["a text of the tools", ["-o", "save", "-l", "tier"], "-l narrows -o json and -o yaml only"],
		["a folder", ["-o", "json", "--output-dir", "never", "-l", "tier"], "-l narrows -o json and -o yaml only"],
		[
			"what is no selector",
			["-o", "json", "-l", "tier in front"],
			'expected ( and values at character 9, found "front"',
		],
	] as const)("refuses %s", async ([, args, message]) => {
		expectTrouble(await dump(...args, "-q"), message);
	});

	it.for([
		["trace", "--from", "external", "--to", "node:30080"],
		["explain", "node"],
		["snapshot"],
	] as const)("is refused by %s without --only", async (args) => {
		const node = args[0] === "snapshot" ? [] : NODE;
		expectTrouble(await here(...args, "-f", labelled, ...node, "-l", "tier", "-q"), /-l .* --only/);
	});
});
