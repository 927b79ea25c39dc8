import { cpSync, existsSync, mkdirSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { describe, expect, it } from "vitest";
import { copied, parseDockerfile, wordsOf } from "../support/deploy-dockerfile.ts";
import { deployText, ROOT } from "../support/deploy-documents.ts";
import { describeUnless } from "../support/describe-unless.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";

const stages = parseDockerfile(deployText("Dockerfile"));
const [build, image] = stages;
const copies = stages.flatMap(({ instructions }) => instructions.filter(({ name }) => name === "COPY"));

/** Debian's packages that the image gets. */
const PACKAGES = ["iptables", "ipset", "ipvsadm", "conntrack", "nfacct", "nftables", "iproute2", "procps", "kmod"];

describe("Dockerfile", () => {
	it("has two stages, the second on Debian slim, and starts svcnat", () => {
		expect(stages.map(({ image: base, name }) => [base, name])).toEqual([
			["node:20-bookworm-slim", "build"],
			["debian:bookworm-slim", ""],
		]);
		const entrypoints = image?.instructions.filter(({ name }) => name === "ENTRYPOINT") ?? [];
		expect(entrypoints.map(wordsOf)).toEqual([["svcnat"]]);
	});

	it("copies files that the repository has, and from the other stage what it has copied or made", () => {
		const fromHere = copies.filter(({ flags }) => flags["from"] === undefined).flatMap((one) => copied(one).sources);
		expect(fromHere).toEqual(["package.json", "package-lock.json", "tsconfig.json", "tools", "bin", "src"]);
		expect(fromHere.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
		const fromBuild = copies.filter(({ flags }) => flags["from"] === build?.name).flatMap((one) => copied(one).sources);
		expect(fromBuild).toEqual([
			"/usr/local/bin/node",
			"/src/package.json",
			"/src/bin",
			"/src/dist",
			"/src/node_modules",
		]);
		expect(copies.length).toBe(5 + fromBuild.length);
	});

	it("installs every program svcnat can run", () => {
		const [install = ""] = image?.instructions.filter(({ name }) => name === "RUN").map(({ text }) => text) ?? [];
		const [, packages = ""] = /apt-get install -y --no-install-recommends (.+?) +&&/.exec(install) ?? [];
		expect(packages.trim().split(/\s+/)).toEqual([...PACKAGES, "libstdc++6"]);
	});

	it("is refused when an instruction is misspelled", () => {
		expect(() => parseDockerfile("FROM debian\nCOPPY a b")).toThrow("COPPY a b");
		expect(() => parseDockerfile("RUN true")).toThrow("before FROM");
	});

	it("copies what is enough: svcnat starts from these files alone, with packages of production only", async () => {
		const place = temporaryDirectory();
		const files = ["package.json", "package-lock.json", "bin", "dist"];
		for (const file of files) cpSync(join(ROOT, file), join(place, file), { recursive: true });
		await execa("npm", ["ci", "--omit=dev", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund"], {
			cwd: place,
		});
		const fixture = join(ROOT, "fixtures", "shop");
		const bin = join(temporaryDirectory(), "bin", "svcnat");
		mkdirSync(dirname(bin));
		await execa("ln", ["-s", join(place, "bin", "svcnat.js"), bin]);
		const run = await execa(bin, ["dump", "-f", fixture, "--node", "worker-1", "-q"], { cwd: "/" });
		expect(run.stdout).toContain("-j DNAT --to-destination 10.244.1.5:8080");
	});
});

/** Lists of packages that apt has fetched; without them it knows only what is installed. */
function aptLists(): readonly string[] {
	const folder = "/var/lib/apt/lists";
	return existsSync(folder) ? readdirSync(folder).filter((name) => name.includes("bookworm_main_binary")) : [];
}

describeUnless(aptLists().length > 0 ? undefined : "apt has no lists", "packages of the Dockerfile", () => {
	it("are Debian's", async () => {
		const { stdout } = await execa("sh", ["-c", `apt-cache policy ${PACKAGES.join(" ")} no-such-package`]);
		const known = [...stdout.matchAll(/^(\S+):\n.*\n +Candidate: (?!\(none\))/gm)].map(([, name]) => name);
		expect(known).toEqual(PACKAGES);
	});
});
