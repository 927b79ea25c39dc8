import { describe, expect, it } from "vitest";
import { svcnat } from "../support/svcnat.ts";
import { LIVE, SHOP } from "./diff-support.ts";

const MODES = ["diff", "-f", SHOP, "--node", "worker-1", "--from-mode"];

describe("svcnat diff refuses", () => {
	it.for([
		["no operand", ["diff"]],
		["one operand", ["diff", "a"]],
		["three operands", ["diff", "a", "b", "c"]],
		["operands with -f", ["diff", "-f", SHOP, "a", "b"]],
		["operands with --live", ["diff", "--live", "x", "a", "b"]],
		["--live without -f", ["diff", "--live", "x"]],
		["standard input twice", ["diff", "-", "-"]],
		["standard input for both sides", [...LIVE.map((word) => (word === SHOP ? "-" : word)), "--live", "-"]],
		["one mode alone", ["diff", "-f", SHOP, "--from-mode", "ipvs"]],
		["one mode twice", [...MODES, "ipvs", "--to-mode", "ipvs"]],
		["rules of two modes", [...MODES, "ipvs", "--to-mode", "nftables", "-o", "rules"]],
		["-o restore of two modes", [...MODES, "ipvs", "--to-mode", "nftables", "-o", "restore"]],
		["metrics of two modes", [...MODES, "ipvs", "--to-mode", "nftables", "--metrics", "x"]],
		["modes with --live", [...LIVE, "--live", "x", "--from-mode", "ipvs", "--to-mode", "iptables"]],
		["an unknown format", ["diff", "a", "b", "-o", "yaml"]],
		["-o restore of a part", ["diff", "a", "b", "-o", "restore", "-n", "shop"]],
		["a name without namespace", ["diff", "a", "b", "--service", "web"]],
		["two namespaces", ["diff", "a", "b", "-n", "shop", "--service", "web.default"]],
	] as const)("%s", async ([, args]) => {
		const { stdout, stderr, exitCode } = await svcnat(args);
		expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 2 });
		expect(stderr).toMatch(/^error: .+\n/);
	});
});
