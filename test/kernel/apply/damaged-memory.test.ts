import { expect, it } from "vitest";
import { addressesOf, applyCase, NEW } from "../../support/apply-cases.ts";
import { SETTING } from "../../support/apply-faults.ts";
import { runNamed } from "../../support/apply-named.ts";
import type { Step } from "../../support/apply-session.ts";
import { describeKernel } from "../../support/kernel-suite.ts";
import { temporaryDirectory } from "../../support/temporary-directory.ts";

const NAME = "net.ipv4.conf.all.route_localnet";

/** What may be in the file, what is said to have been found, and what the setting, which was 0, is after a cleanup. */
const DAMAGED: readonly (readonly [text: string, found: RegExp, after: string])[] = [
	["", /found what cannot be read: Unexpected end of JSON input/, "1"],
	[`{"${NAME}":"0`, /found what cannot be read: /, "1"],
	["[]", /found \[\]/, "1"],
	[`{"${NAME}":0}`, /found net\.ipv4\.conf\.all\.route_localnet: 0/, "1"],
	[`{"net.ipv4.ip_forward":"yes","${NAME}":"0"}`, /found net\.ipv4\.ip_forward: "yes"/, "0"],
];

function damage(text: string): Step {
	return { shell: 'cat >"$SESSION/settings.json"', input: text };
}

const READ: Step = { shell: 'cat "$SESSION/settings.json"' };

await describeKernel("svcnat with a damaged memory of settings", "nft", () => {
	it.each(DAMAGED)("says what it does not put back, and keeps the file: %j", async (text, found, after) => {
		const directory = temporaryDirectory();
		const cleanup = ["cleanup", "--iptables", "nft", "--state-dir", directory];
		const at = await runNamed(
			[
				["", { shell: `echo 0 >/proc/sys/${NAME.replaceAll(".", "/")}` }],
				["", { svcnat: applyCase(NEW, "nft", directory) }],
				["", damage(text)],
				["cleanup", { svcnat: cleanup }],
				["kept", READ],
				["setting", SETTING],
				["again", { svcnat: cleanup }],
			],
			{ addresses: addressesOf([NEW]), directory },
		);
		const says = `warning: ${directory}/settings.json: expected what settings were, like {"net.ipv4.ip_forward":"0"}, found `;
		expect(at("cleanup")).toMatchObject({ status: 0, stderr: expect.stringContaining(says) });
		expect(at("cleanup").stderr).toMatch(found);
		expect(at("cleanup").stderr).toMatch(/^kernel settings .* are not put back; the file stays/m);
		expect(at("kept").stdout).toBe(text);
		expect(at("setting").stdout.trim()).toBe(after);
		expect(at("again").stderr).toContain(says);
	});

	it("says that apply remembers nothing, and lets it write neither that file nor over it", async () => {
		const directory = temporaryDirectory();
		const at = await runNamed(
			[
				["", { shell: `echo 0 >/proc/sys/${NAME.replaceAll(".", "/")}` }],
				["", damage("{")],
				["apply", { svcnat: applyCase(NEW, "nft", directory) }],
				["kept", READ],
				["setting", SETTING],
			],
			{ addresses: addressesOf([NEW]), directory },
		);
		expect(at("apply")).toMatchObject({ status: 0, stderr: expect.stringMatching(/^warning: .*settings\.json: /m) });
		expect(at("apply").stderr).toMatch(/^what settings are now is not remembered for cleanup/m);
		expect(at("kept").stdout).toBe("{");
		expect(at("setting").stdout.trim()).toBe("1");
	});
});
