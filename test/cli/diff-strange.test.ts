import { readFileSync, statSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { IS_LONG } from "../support/is-long.ts";
import { svcnat } from "../support/svcnat.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { DUMPS, dumped, expectPrintable, LIVE, written } from "./diff-support.ts";

let save = "";

beforeAll(async () => {
	save = await dumped("-o", "save", "--ip-family", "ipv4");
});

describe("svcnat diff of strange dumps", () => {
	it("says which of two programs' rules it compares", async () => {
		const directory = temporaryDirectory();
		const read = (name: string): string => readFileSync(`${DUMPS}${name}.txt`, "utf8");
		const mixed = written(directory, "mixed", `${read("kubeadm.legacy")}${read("docker.nft")}`);
		const { stderr, exitCode } = await svcnat([...LIVE, "--nfacct", "false", "--live", mixed]);
		expect([exitCode, stderr]).toEqual([
			1,
			expect.stringMatching(
				/^warning: ipv4: iptables-legacy .* is looked at \(\d+ rules of kube-proxy's\); in iptables-nft .* there are rules of others$/m,
			),
		]);
		const both = written(directory, "both", `${read("kubeadm.nft")}${read("calico.legacy")}`);
		const twice = await svcnat([...LIVE, "--nfacct", "false", "--live", both]);
		expect(twice.stderr).toMatch(
			/^warning: ipv4: iptables-nft .* is looked at .* \d+ rules of kube-proxy's are there too, and count$/m,
		);
		const hidden = await svcnat([...LIVE, "--live", `${DUMPS}mixed-backends.nft.txt`]);
		expect(hidden.stderr).toContain("table filter holds rules that this iptables-save cannot show");
		expect(hidden.exitCode).toBe(1);
	});

	it("finds what legacy and nft print to be the same", async () => {
		for (const name of ["calico", "docker", "hand-made", "ip6", "k3s", "kubeadm"]) {
			const { stdout, exitCode } = await svcnat([
				"diff",
				`${DUMPS}${name}.legacy.txt`,
				`${DUMPS}${name}.nft.txt`,
				"-q",
			]);
			expect({ exitCode, stdout }, name).toEqual({ exitCode: 0, stdout: expect.stringMatching(/^no difference/) });
		}
	});

	it("keeps what steers a terminal in comments and lines of a dump away from it", async () => {
		const directory = temporaryDirectory();
		const steering = "\u001b]0;owned\u0007\u001b[31m";
		const evil = save
			.replace("*nat\n", `*nat\n${steering}\n`)
			.replace(
				"-A KUBE-MARK-MASQ",
				`-A KUBE-SERVICES -d 192.0.2.9/32 -m comment --comment "a${steering}" -j DROP\n-A KUBE-MARK-MASQ`,
			);
		const file = written(directory, "dump", evil);
		for (const format of ["text", "rules", "json"]) {
			const { stdout, stderr, exitCode } = await svcnat([...LIVE, "--live", file, "-o", format]);
			expect(exitCode).toBe(1);
			expect(stdout).toContain("192.0.2.9");
			expect(stderr).toContain("expected a line of iptables-save");
			expectPrintable(stdout);
			expectPrintable(stderr);
		}
	});

	it("keeps what steers a terminal in names of chains and files, and what is no ASCII, away from it", async () => {
		const directory = temporaryDirectory();
		const evil = save
			.replace("*nat\n", "*nat\n:E\u001b[31m - [0:0]\n")
			.replace("COMMIT\n# ", '-A E\u001b[31m -m comment --comment "\u202e\u009b" -j DROP\nCOMMIT\n# ');
		const { stdout } = await svcnat(["diff", written(directory, "a\u001b[31m", evil), written(directory, "b", save)]);
		expectPrintable(stdout);
	});

	it("can bear a line of any length", async () => {
		const long = "x".repeat(IS_LONG ? 200_000_000 : 5_000_000);
		for (const [name, text] of [
			["comment", save.replace("*nat\n", `*nat\n-A INPUT -m comment --comment "${long}" -j ACCEPT\n`)],
			["rest", `${save}${long}`],
			["nothing", long],
			["kube-ipvs0.txt", `1: ${long}\n1: kube-ipvs0    inet 10.96.0.1/32 scope global\n`],
			["ipvsadm.txt", `-A -t ${long}:80 -s rr\n-A -t 10.96.0.1:443 -s rr\n`],
			["ipset.txt", `create KUBE-X hash:ip family inet\nadd KUBE-X ${long}\n`],
		] as const) {
			const file = written(temporaryDirectory(), name, text);
			expect(statSync(file).size).toBeGreaterThanOrEqual(long.length);
			const { stderr, stdout, exitCode } = await svcnat([...LIVE, "--live", file, "-q"]);
			expect(stderr.length + stdout.length).toBeLessThan(20_000);
			expect(stderr).not.toContain("internal error");
			expect([0, 1, 2]).toContain(exitCode);
		}
	});
});
