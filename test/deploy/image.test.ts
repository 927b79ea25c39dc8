import { execa } from "execa";
import { describe, expect, it, onTestFinished } from "vitest";
import { runBox } from "../support/deploy-box.ts";
import { parseDockerfile } from "../support/deploy-dockerfile.ts";
import { deployText } from "../support/deploy-documents.ts";
import { buildImage } from "../support/deploy-image.ts";
import { BOTH_EQUAL, boxOf, COMPARE, NODE_ADDRESSES, podOf } from "../support/deploy-pod.ts";
import { IS_LONG } from "../support/is-long.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";

/** Everything a run of svcnat may call. */
const PROGRAMS = [
	...["iptables", "ip6tables"].flatMap((name) => ["legacy", "nft"].map((variant) => `${name}-${variant}-restore`)),
	...["ip", "ipset", "ipvsadm", "conntrack", "nfacct", "nft", "sysctl", "modprobe"],
];

// Minutes, and Debian's and npm's servers.
describe.skipIf(!IS_LONG)("the image of the Dockerfile in a minimal Debian [only with SVCNAT_TEST_LONG]", () => {
	it("has every program, no npm, and runs init-container.yaml as written", { timeout: 900_000 }, async () => {
		const place = temporaryDirectory();
		// It is too large for the time that the removal of temporary directories has.
		onTestFinished(async () => void (await execa("rm", ["-rf", place])), 120_000);
		const root = await buildImage(parseDockerfile(deployText("Dockerfile")), place);
		const missing = `for name in ${PROGRAMS.join(" ")}; do command -v $name >/dev/null || echo "$name"; done`;
		const inside = 'exec chroot "$0" /usr/bin/env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin sh -c "$1"';
		expect((await execa("sh", ["-c", inside, root, `${missing}; command -v npm`], { reject: false })).stdout).toBe("");
		// debootstrap leaves more than Debian's image has, so what is added is measured, in megabytes.
		const { stdout: sizes } = await execa("sh", ["-c", 'du -sm "$0/base" "$1" | cut -f1', place, root]);
		const [before = 0, after = 0] = sizes.split("\n").map(Number);
		expect(before).toBeGreaterThan(50);
		expect(after - before).toBeGreaterThan(50);
		expect(after - before).toBeLessThan(200);

		const box = boxOf(podOf("init-container.yaml"), temporaryDirectory(), root);
		const run = await runBox(box, temporaryDirectory(), NODE_ADDRESSES, { after: COMPARE });
		expect(run).toMatchObject({ exitCode: 0, stdout: BOTH_EQUAL });
	});
});
