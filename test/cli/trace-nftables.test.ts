import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { svcnat } from "../support/svcnat.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { NFT_WAYS } from "../support/trace-nft-ways.ts";

const SHOP = ["-f", "fixtures/shop", "--node", "worker-1", "--cluster-cidr", "10.244.0.0/16", "-q"];
const NFT = ["trace", ...SHOP, "--proxy-mode", "nftables"];

describe("svcnat trace through tables of nftables", () => {
	it.each(NFT_WAYS)("%s", async (_, args, lines) => {
		const { stdout, stderr, exitCode } = await svcnat([...NFT, ...args.split(" ")]);
		expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
		const shown = stdout.split("\n").map((line) => line.replaceAll(/(?<=\S) {2,}/g, " | "));
		const verdict = shown.filter((line) => line.startsWith("Verdict:"));
		const start = shown.findIndex((line) => line.startsWith("The way"));
		expect([...verdict, ...shown.slice(start + 1, shown.indexOf("", start))]).toEqual(lines);
	});

	it("shows rules as nft lists them, with what was found in a map", async () => {
		const { stdout } = await svcnat([...NFT, "--from", "external", "--to", "node:30080", "-v"]);
		expect(stdout).toContain("vmap @service-nodeports { tcp . 30080 : goto external-KHN6ECMT-shop/web/tcp/http }\n");
	});

	it("says the same of what nft lists as of what was compiled", async () => {
		const file = join(temporaryDirectory(), "worker-1.txt");
		const listing = await svcnat(["dump", ...SHOP, "--proxy-mode", "nftables", "--ip-family", "dual", "-o", "save"]);
		writeFileSync(file, listing.stdout);
		expect(readFileSync(file, "utf8")).toMatch(/^table ip kube-proxy \{/m);
		for (const to of [
			"10.96.10.20:80",
			"203.0.113.10:80",
			"192.0.2.11:30080",
			"10.96.10.50:80",
			"[fd00:10:96::1420]:80",
		]) {
			const packet = ["--from", "external", "--to", to, "-o", "json"];
			const compiled = await svcnat([...NFT, ...packet]);
			const read = await svcnat([
				"trace",
				"--rules",
				file,
				"--node-ip",
				"192.0.2.11",
				"--node-ip",
				"2001:db8::11",
				...packet,
			]);
			expect(waysOf(read.stdout)).toEqual(waysOf(compiled.stdout));
		}
	});

	it("has a caveat when iptables translates, too", async () => {
		const directory = temporaryDirectory();
		const [rules, listing] = ["save.txt", "listing.txt"].map((name) => join(directory, name));
		writeFileSync(rules ?? "", "*nat\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -j LOG\nCOMMIT\n");
		writeFileSync(
			listing ?? "",
			"table ip t {\n\tchain p {\n\t\ttype nat hook prerouting priority dstnat; policy accept;\n\t\treturn\n\t}\n}\n",
		);
		const files = ["--rules", rules ?? "", "--rules", listing ?? "", "--ip-family", "ipv4", "--node-ip", "192.0.2.11"];
		const { stdout } = await svcnat(["trace", ...files, "--from", "external", "--to", "10.1.1.1:80", "-q"]);
		expect(stdout).toContain("But: iptables and nftables both have rules that translate addresses, and no listing");
	});

	it.each([
		["mermaid", "flowchart TD", "DNAT in service-KHN6ECMT-shop/web/tcp/http"],
		["dot", "digraph trace", "DNAT in service-KHN6ECMT-shop/web/tcp/http"],
	])("draws it: %s", async (form, first, text) => {
		const { stdout } = await svcnat([...NFT, "--from", "external", "--to", "web.shop:http", "-o", form]);
		expect(stdout.startsWith(first)).toBe(true);
		expect(stdout).toContain(text);
	});

	it("compares three modes", async () => {
		const args = [
			"trace",
			...SHOP,
			"--compare",
			"iptables,ipvs,nftables",
			"--from",
			"external",
			"--to",
			"10.96.10.20:81",
		];
		const { stdout } = await svcnat([...args, "-o", "json"]);
		const { modes, differences } = JSON.parse(stdout);
		expect(Object.keys(modes)).toEqual(["iptables", "ipvs", "nftables"]);
		expect(differences).toEqual([
			{ kind: "verdict", iptables: "forwarded", ipvs: "rejected" },
			{ kind: "verdict", iptables: "forwarded", nftables: "rejected" },
		]);
	});

	it("asks every node, and follows one way by a seed", async () => {
		const packet = ["--from", "external", "--to", "203.0.113.10:80"];
		const everywhere = await svcnat([
			"trace",
			...SHOP.slice(0, 2),
			"--node",
			"*",
			...SHOP.slice(4),
			"--proxy-mode",
			"nftables",
			...packet,
		]);
		expect(everywhere.stdout.match(/dropped|forwarded/g)).toEqual(["dropped", "forwarded", "forwarded"]);
		const seeded = await svcnat([...NFT, "--from", "external", "--to", "web.shop:http", "--seed", "1", "-o", "json"]);
		expect(JSON.parse(seeded.stdout).outcomes).toHaveLength(1);
	});
});

interface Described {
	readonly probability: number;
	readonly verdict: string;
	readonly destination: unknown;
	readonly source: string;
	readonly masqueraded: boolean;
	readonly steps: readonly Readonly<Record<"hook" | "table" | "chain" | "rule" | "action", unknown>>[];
}

/** Who gets the packet, how often, and the rules on the way; names may differ. */
function waysOf(text: string): unknown {
	const outcomes: readonly Described[] = JSON.parse(text).outcomes;
	return outcomes.map(({ probability, verdict, destination, source, masqueraded, steps }) => ({
		probability,
		verdict,
		destination,
		source,
		masqueraded,
		steps: steps.map(({ hook, table, chain, rule, action }) => [hook, table, chain, rule, action].join(" ")),
	}));
}
