import { describe, expect, it } from "vitest";
import { isOlder, tooOld } from "../../src/apply/nft-support.ts";

const NEW = { nft: "nftables v1.0.6 (Lester Gooch #5)\n", kernel: "6.1.0-18-amd64" };

describe("what is too old for the nftables mode", () => {
	it.each([
		["nft 1.0.0", { ...NEW, nft: "nftables v1.0.0 (Fearless Fosdick #2)\n" }, ["nft is 1.0.0,"]],
		["nft 0.9.8", { ...NEW, nft: "nftables v0.9.8 (E.D.S.)\n" }, ["nft is 0.9.8,"]],
		["Linux 5.12", { ...NEW, kernel: "5.12.19" }, ["the kernel is 5.12.19,"]],
		[
			"Linux 4.18 with nft 0.9.3",
			{ nft: "nftables v0.9.3 (Topsy)\n", kernel: "4.18.0-553.el8_10.x86_64" },
			["nft is 0.9.3,", "the kernel is 4.18.0-553.el8_10.x86_64,"],
		],
	])("is %s, which is named with what is needed", (_, versions, begins) => {
		const found = tooOld(versions, {});
		expect(found.map((words) => begins.find((begin) => words.startsWith(begin)))).toEqual(begins);
		for (const words of found) expect(words).toMatch(/ needs (?:1\.0\.1|5\.13) or newer: .* take another --proxy-mode/);
	});

	it.each([
		["new ones", NEW],
		["the oldest that will do", { nft: "nftables v1.0.1 (Fearless Fosdick #3)\n", kernel: "5.13.0" }],
		["versions that nobody can read", { nft: "nft from git\n", kernel: "unknown" }],
		["no nft, which is told elsewhere", { ...NEW, nft: undefined }],
	])("is not %s", (_, versions) => {
		expect(tooOld(versions, {})).toEqual([]);
	});

	it("is no kernel, where kube-proxy's variable says so", () => {
		expect(tooOld({ ...NEW, kernel: "5.10.0" }, { KUBE_PROXY_NFTABLES_SKIP_KERNEL_VERSION_CHECK: "1" })).toEqual([]);
	});

	it.each([
		["6.1.0-18-amd64", "6.2", true],
		["6.2.0-rc1", "6.2", false],
		["6.10.3", "6.2", false],
		["5.19", "6.2", true],
		["7.0", "6.2", false],
	])("%s is compared with %s by numbers", (version, than, expected) => {
		expect(isOlder(version, than)).toBe(expected);
	});
});
