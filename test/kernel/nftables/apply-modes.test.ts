import { expect, it } from "vitest";
import { addressesOf, applyCase, NEW, OLD, savedTexts, saveStep } from "../../support/apply-cases.ts";
import { runNamed } from "../../support/apply-named.ts";
import { LIST_OTHERS, TABLES_OF_OTHERS } from "../../support/apply-nft-others.ts";
import { NOTING, runSession, type Step } from "../../support/apply-session.ts";
import { describeUnless } from "../../support/describe-unless.ts";
import { kernelProblem } from "../../support/kernel-problem.ts";
import { nftProblem } from "../../support/nft-load.ts";
import { temporaryDirectory } from "../../support/temporary-directory.ts";

const LEFT: Step = { shell: "nft list tables; ip -o link; iptables-legacy-save; iptables-nft-save" };
const KUBE_PROXYS = /ip6? kube-proxy$|kube-ipvs0|KUBE-/m;
/** Not every kernel has dummy interfaces. */
const DUMMY: Step = {
	shell: "ip link add kube-ipvs0 type veth peer name other && ip address add 10.96.10.20/32 dev kube-ipvs0",
};

describeUnless(
	(await nftProblem()) ?? (await kernelProblem("nft")),
	"svcnat where there are rules of several modes",
	() => {
		it("warns of what counts beside nftables, removes a mode alone or all, and does not touch others", async () => {
			const directory = temporaryDirectory();
			const cleanup = (...more: readonly string[]): Step => ({
				svcnat: ["cleanup", ...more, "--state-dir", directory],
			});
			const nftables: Step = { svcnat: applyCase(NEW, "nftables", directory) };
			const at = await runNamed(
				[
					["", TABLES_OF_OTHERS],
					["", { shell: "iptables-nft -t nat -N MINE && iptables-nft -t nat -A MINE -j RETURN" }],
					["others", LIST_OTHERS],
					["", { svcnat: applyCase(OLD, "nft", directory) }],
					["", { shell: "iptables-legacy -t nat -N KUBE-SERVICES" }],
					["", DUMMY],
					["nftables", nftables],
					["again", nftables],
					["without a mode", cleanup()],
					["tables", LEFT],
					["nftables goes", cleanup("--proxy-mode", "nftables")],
					["without tables", LEFT],
					["", nftables],
					["all", cleanup("--all")],
					["left", LEFT],
					["all again", cleanup("--all")],
					["none", cleanup()],
					["others at the end", LIST_OTHERS],
				],
				{ addresses: addressesOf([NEW, OLD]), directory },
			);
			expect(at("nftables")).toMatchObject({
				status: 0,
				stderr: expect.stringContaining("the node has what it should have"),
			});
			expect(at("nftables").stderr).toContain("warning: iptables-nft holds rules of kube-proxy's too");
			expect(at("nftables").stderr).toContain("warning: iptables-legacy holds rules of kube-proxy's too");
			expect(at("nftables").stderr).toContain("warning: there are addresses and virtual servers of the IPVS mode");
			expect(at("again").stderr).toContain("nothing to do");
			expect(at("without a mode").stderr).toContain(
				"warning: there are tables of the nftables mode (ip kube-proxy, ip6 kube-proxy), and stay: svcnat cleanup --proxy-mode nftables",
			);
			expect(at("tables").stdout).toMatch(/^table ip kube-proxy$/m);
			expect(at("tables").stdout).not.toMatch(/kube-ipvs0/);
			expect(at("nftables goes")).toMatchObject({ status: 0 });
			expect(at("without tables").stdout).not.toMatch(/^table ip6? kube-proxy$/m);
			expect(at("all")).toMatchObject({ status: 0 });
			expect(at("left").stdout).not.toMatch(KUBE_PROXYS);
			expect(at("left").stdout).toContain("-A MINE -j RETURN");
			for (const name of ["all again", "none"] as const) {
				expect(at(name), name).toMatchObject({ status: 0, stderr: expect.stringContaining("nothing to do") });
			}
			expect(at("others at the end").stdout).toBe(at("others").stdout);
		});

		it("finds the nftables mode by itself where there is no other, and needs no iptables", async () => {
			const directory = temporaryDirectory();
			const broken = Object.fromEntries(
				["iptables", "ip6tables"].flatMap((name) =>
					["-nft", "-legacy", ""].map((variant) => [`${name}${variant}-save`, "echo no such thing >&2; exit 1"]),
				),
			);
			const cleanup: Step = { svcnat: ["cleanup", "--state-dir", directory] };
			const options = { addresses: addressesOf([NEW]), directory, programs: broken };
			const [apply, first, left, second] = await runSession(
				[{ svcnat: applyCase(NEW, "nftables", directory) }, cleanup, { shell: "nft list tables" }, cleanup],
				options,
			);
			expect(apply).toMatchObject({ status: 0, stderr: expect.stringContaining("the node has what it should have") });
			expect(first).toMatchObject({ status: 0, stderr: expect.stringContaining("done: ") });
			expect(left?.stdout).toBe("");
			expect(second).toMatchObject({ status: 0, stderr: expect.stringContaining("nothing to do") });
		});

		it("--dry-run prints a script that does it, and --full writes what was changed by hand", async () => {
			const directory = temporaryDirectory();
			const save = saveStep("nftables");
			const options = { addresses: addressesOf([NEW, OLD]), directory, programs: NOTING };
			const apply = applyCase(NEW, "nftables", directory);
			const swapped = "nft insert rule ip kube-proxy services counter continue comment nothing";
			const [, before, printed, same, , good, damage, full, healed] = await runSession(
				[
					{ svcnat: applyCase(OLD, "nftables", directory) },
					save,
					{ svcnat: [...apply, "--dry-run"] },
					save,
					{ svcnat: apply },
					save,
					{ shell: swapped },
					{ svcnat: [...apply, "--full"] },
					save,
				],
				options,
			);
			if (before === undefined || same === undefined || good === undefined || healed === undefined)
				throw new Error("a step is missing");
			expect(savedTexts(same)).toEqual(savedTexts(before));
			expect(damage).toMatchObject({ status: 0 });
			expect(full).toMatchObject({ status: 0, stderr: expect.stringContaining("the node has what it should have") });
			expect(savedTexts(healed)).toEqual(savedTexts(good));
			const [, script, after] = await runSession(
				[{ svcnat: applyCase(OLD, "nftables", directory) }, { shell: "sh -e", input: printed?.stdout ?? "" }, save],
				options,
			);
			expect(script).toMatchObject({ status: 0 });
			if (after === undefined) throw new Error("a step is missing");
			expect(savedTexts(after)).toEqual(savedTexts(good));
		});
	},
);
