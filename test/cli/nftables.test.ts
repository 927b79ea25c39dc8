import { describe, expect, it } from "vitest";
import { svcnat } from "../support/svcnat.ts";

const SHOP = ["-f", "fixtures/shop", "--node", "worker-1"];
const NFT = [...SHOP, "--proxy-mode", "nftables"];

describe("the nftables mode on the command line", () => {
	it("prints both families as one text that nft reads, tools named in comments", async () => {
		const { stdout, exitCode } = await svcnat(["dump", ...NFT, "--ip-family", "dual", "-q"]);
		expect(exitCode).toBe(0);
		const lines = stdout.split("\n").filter((line) => line !== "");
		expect(lines.filter((line) => line.startsWith("#"))).toEqual(["# nft -f -", "# nft -f -"]);
		expect(lines.filter((line) => !/^(?:#|(?:add|flush|delete) [a-z]+ ip6? kube-proxy)/.test(line))).toEqual([]);
	});

	it("takes kube-proxy's flag for masquerading everything, and not that for the bit of iptables", async () => {
		const flags = ["--masquerade-all", "--iptables-masquerade-bit", "3"];
		const { stdout } = await svcnat(["dump", ...NFT, ...flags, "-q"]);
		expect(stdout).toContain('mark set mark or 0x00004000 comment "masquerade all clusterIP traffic"');
	});

	it("describes rules and elements with their origins", async () => {
		const { stdout } = await svcnat(["dump", ...NFT, "-o", "json", "-n", "shop", "-q"]);
		const [{ tables }] = JSON.parse(stdout).families;
		const sets: readonly { readonly name: string; readonly elements: readonly unknown[] }[] = tables[0].sets;
		expect(sets.find(({ name }) => name === "service-nodeports")?.elements).toEqual([
			expect.objectContaining({
				text: "tcp . 30080 : goto external-KHN6ECMT-shop/web/tcp/http",
				origin: { servicePort: "shop/web:http", reason: "node-port", meaning: "traffic to the node port" },
			}),
		]);
	});

	it.each([
		[
			"1.32",
			["--detect-local-mode", "InterfaceNamePrefix", "--pod-interface-name-prefix", "veth"],
			/expected another mode/,
		],
		["1.36", ["--detect-local-mode", "BridgeInterface", "--pod-bridge-interface", "1br"], /no digit or - first/],
		["1.30", [], /nftables is an alpha in 1\.30/],
	])("refuses with %s what kube-proxy would fail with", async (version, args, message) => {
		const { stdout, stderr, exitCode } = await svcnat(["dump", ...NFT, "--kube-version", version, ...args]);
		expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 2 });
		expect(stderr).toMatch(message);
	});
});
