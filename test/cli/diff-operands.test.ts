import { beforeAll, describe, expect, it } from "vitest";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { changedShop, dumped, NODE, SHOP, statusAndText, withoutEndpoint, written } from "./diff-support.ts";

let save = "";
let dual = "";

beforeAll(async () => {
	save = await dumped("-o", "save", "--ip-family", "ipv4");
	dual = await dumped("-o", "save", "--ip-family", "dual");
});

describe("svcnat diff OLD NEW", () => {
	it("compares two snapshots, there and back", async () => {
		const changed = changedShop(temporaryDirectory());
		const [status, text] = await statusAndText(["diff", SHOP, changed, ...NODE, "-q"]);
		expect([status, text]).toEqual([
			1,
			expect.stringMatching(/^1 service port differs; .*\n\nshop\/cart\n {2}endpoint/),
		]);
		expect((await statusAndText(["diff", changed, SHOP, ...NODE, "-q"]))[0]).toBe(1);
		expect((await statusAndText(["diff", SHOP, SHOP, ...NODE, "-q"]))[0]).toBe(0);
	});

	it("compares a snapshot with a dump, in either order", async () => {
		const directory = temporaryDirectory();
		const good = written(directory, "good", save);
		const bad = written(directory, "bad", withoutEndpoint(save));
		for (const [operands, status] of [
			[[SHOP, good], 0],
			[[good, SHOP], 0],
			[[SHOP, bad], 1],
			[[bad, SHOP], 1],
		] as const) {
			expect((await statusAndText(["diff", ...operands, ...NODE, "-q"]))[0], operands.join(" ")).toBe(status);
		}
	});

	it("compares two dumps without a word about a cluster", async () => {
		const directory = temporaryDirectory();
		const [good, bad] = [written(directory, "good", dual), written(directory, "bad", withoutEndpoint(dual))];
		expect(await statusAndText(["diff", good, good])).toEqual([0, expect.stringMatching(/\(IPv4\)\n\n.*\(IPv6\)\n$/)]);
		const [status, text] = await statusAndText(["diff", good, bad]);
		expect([status, text]).toEqual([1, expect.stringContaining("\nshop/cart\n")]);
		expect(await statusAndText(["diff", good, bad, "--ip-family", "ipv6"])).toEqual([
			0,
			expect.not.stringContaining("IPv4"),
		]);
	});

	it("compares what a Service is in both proxy modes' parts", async () => {
		const directory = temporaryDirectory();
		for (const mode of ["iptables", "ipvs"]) {
			await dumped("--ip-family", "dual", "--proxy-mode", mode, "--output-dir", `${directory}/${mode}`);
			expect((await statusAndText(["diff", `${directory}/${mode}`, `${directory}/${mode}`]))[0]).toBe(0);
			const args = ["diff", `${directory}/${mode}`, SHOP, ...NODE, "--proxy-mode", mode];
			expect((await statusAndText(args))[0]).toBe(0);
		}
		expect((await statusAndText(["diff", `${directory}/iptables`, `${directory}/ipvs`]))[0]).toBe(1);
	});

	it("reads one operand from standard input", async () => {
		const file = written(temporaryDirectory(), "good", save);
		expect((await statusAndText(["diff", file, "-"], save))[0]).toBe(0);
		const [status, text] = await statusAndText(["diff", "-", file], withoutEndpoint(save));
		expect([status, text]).toEqual([1, expect.stringContaining("standard input")]);
	});
});
