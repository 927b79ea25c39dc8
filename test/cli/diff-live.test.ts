import { beforeAll, describe, expect, it } from "vitest";
import { svcnat } from "../support/svcnat.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { dumped, LIVE, NODE, statusAndText, withoutEndpoint, written } from "./diff-support.ts";

let save = "";
let save6 = "";
let dual = "";
let ipvs = "";

beforeAll(async () => {
	save = await dumped("-o", "save", "--ip-family", "ipv4");
	save6 = await dumped("-o", "save", "--ip-family", "ipv6");
	dual = await dumped("-o", "save", "--ip-family", "dual");
	ipvs = await dumped("-o", "save", "--ip-family", "dual", "--proxy-mode", "ipvs");
});

describe("svcnat diff -f --live", () => {
	it("takes what dump -o save printed, of one family, of both, and in IPVS mode", async () => {
		for (const [text, ...args] of [
			[save],
			[save6, "--ip-family", "ipv6"],
			[save6],
			[dual],
			[dual, "--ip-family", "dual"],
			[ipvs, "--proxy-mode", "ipvs"],
			[ipvs, "--proxy-mode", "ipvs", "--ip-family", "dual"],
		]) {
			expect(await statusAndText([...LIVE, "--live", "-", ...args], text)).toEqual([
				0,
				expect.stringMatching(/^no difference/),
			]);
		}
	});

	it("takes what dump prints to be loaded, too", async () => {
		for (const mode of ["iptables", "ipvs"]) {
			const args = ["--proxy-mode", mode, "--ip-family", "dual"];
			expect((await statusAndText([...LIVE, "--live", "-", ...args], await dumped(...args)))[0]).toBe(0);
		}
	});

	it("tells what is missing on the node", async () => {
		const [status, text] = await statusAndText([...LIVE, "--live", "-", "-q"], withoutEndpoint(save));
		expect([status, text]).toEqual([1, expect.stringContaining("missing on the node")]);
		for (const part of ["ipvsadm", "ipset", "ip"]) {
			const lines = {
				ipvsadm: /^-[Aa] (?:-t|-u|--\w+-service) .*\n/gm,
				ipset: /^(?:create|add) .*\n/gm,
				ip: /^[\w.:]+\/\d+\n/gm,
			};
			const broken = ipvs.replaceAll(lines[part as keyof typeof lines], "");
			expect(broken).not.toBe(ipvs);
			const args = [...LIVE, "--proxy-mode", "ipvs", "--live", "-", "-q"];
			expect((await statusAndText(args, broken))[0], `without anything of ${part}`).toBe(1);
		}
	});

	it("can be given once for each part, and for a directory of parts", async () => {
		const directory = temporaryDirectory();
		await dumped("--ip-family", "dual", "--proxy-mode", "ipvs", "--output-dir", directory);
		const parts = ["save.v4.txt", "save.v6.txt", "ipset.txt", "ipvsadm.txt", "kube-ipvs0.txt"];
		const live = parts.flatMap((part) => ["--live", `${directory}/${part}`]);
		const args = [...LIVE, "--proxy-mode", "ipvs", "--ip-family", "dual"];
		const [status, text] = await statusAndText([...args, ...live]);
		expect([status, text]).toEqual([0, expect.stringContaining(`${directory}/ipvsadm.txt`)]);
		expect((await statusAndText([...args, "--live", directory]))[0]).toBe(0);
	});

	it("takes the snapshot from standard input", async () => {
		const objects = JSON.stringify({
			kind: "Node",
			metadata: { name: "worker-1" },
			status: { addresses: [{ type: "InternalIP", address: "192.0.2.11" }] },
		});
		const file = written(temporaryDirectory(), "live", save);
		const [status, text] = await statusAndText(["diff", "-f", "-", ...NODE, "--live", file, "-q"], objects);
		expect([status, text]).toEqual([1, expect.stringContaining("against standard input (IPv4)")]);
	});

	it("is quiet with -q, but for errors", async () => {
		const loud = await svcnat([...LIVE, "--live", "-"], { input: "*nat\nCOMMIT\n", env: {} });
		expect(loud.stderr).toMatch(/^error: standard input: cannot tell whether/);
		const [noisy, quiet] = [
			await svcnat([...LIVE, "--live", "-"], { input: `${save}what?\n` }),
			await svcnat([...LIVE, "--live", "-", "-q"], { input: `${save}what?\n` }),
		];
		expect(noisy.stderr).toMatch(/^warning: standard input:\d+: expected a line of iptables-save/m);
		expect(quiet).toEqual({ ...noisy, stderr: "" });
	});
});
