import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { WORKER } from "../../support/apply-every.ts";
import { runSession, type Step } from "../../support/apply-session.ts";
import { describeUnless } from "../../support/describe-unless.ts";
import { IS_LONG } from "../../support/is-long.ts";
import { nftProblem } from "../../support/nft-load.ts";
import { svcnatWords } from "../../support/shell-words.ts";
import { temporaryDirectory } from "../../support/temporary-directory.ts";

/** Each has an element for its address and one for its port. So many that the text is longer than what a pipe holds. */
const SERVICES = IS_LONG ? 10_000 : 3000;
/** Of these the port changes: one element goes, one comes. */
const CHANGED = SERVICES / 2;

/** Services without endpoints: all that a node has for them is elements. */
function objects(changedPort: number): string {
	const items = Array.from({ length: SERVICES }, (_, index) => {
		const clusterIP = `10.96.${index >> 8}.${index & 255}`;
		const port = index % 2 === 0 && index < 2 * CHANGED ? changedPort : 80;
		const spec = { clusterIP, clusterIPs: [clusterIP], ipFamilies: ["IPv4"], ports: [{ port }] };
		return { apiVersion: "v1", kind: "Service", metadata: { name: `s${index}`, namespace: "many" }, spec };
	});
	const node = { apiVersion: "v1", kind: "Node", metadata: { name: "worker-1" } };
	return JSON.stringify({ apiVersion: "v1", kind: "List", items: [node, ...items] });
}

function written(directory: string, name: string, text: string): string {
	const file = join(directory, name);
	writeFileSync(file, text);
	return file;
}

const COUNT: Step = {
	shell: `for set in "set ip kube-proxy cluster-ips" "map ip kube-proxy no-endpoint-services"; do
	nft list $set | tr , '\\n' | grep -c '10[.]96[.]'
done; nft list map ip kube-proxy no-endpoint-services | tr , '\\n' | grep -cE ' (80|81) comment'; nft list map ip kube-proxy no-endpoint-services | tr , '\\n' | grep -c ' . 81 comment'`,
};

describeUnless(await nftProblem(), "svcnat apply of many elements, nftables mode", () => {
	it("changes as many as there are Services one by one, and no other; killed in between, all or none", async () => {
		const directory = temporaryDirectory();
		const [old, current] = [written(directory, "old.json", objects(80)), written(directory, "new.json", objects(81))];
		const apply = (file: string): readonly string[] => [
			...["apply", "-f", file, "--node", "worker-1", "--node-ip", "192.0.2.11", "--cluster-cidr", "10.244.0.0/16"],
			...["--proxy-mode", "nftables", "--ip-family", "ipv4", "--state-dir", directory, "--force", "--no-conntrack"],
		];
		const killed: Step = { shell: `touch '${directory}/kill'; ${svcnatWords(apply(current))}` };
		const body = `[ "$*" = "-f -" ] && rm "$SESSION/kill" 2>/dev/null && kill -9 $PPID && sleep 0.5\nexec "$real" "$@"`;
		const results = await runSession(
			[
				{ svcnat: apply(old) },
				COUNT,
				{ svcnat: [...apply(current), "--dry-run"] },
				killed,
				{ shell: `flock '${directory}/lock' true` },
				COUNT,
				{ svcnat: apply(current) },
				{ svcnat: apply(old) },
			],
			{ addresses: WORKER, directory, programs: { nft: body }, limitSeconds: 300 },
		);
		const [first, before, printed, , , after, again, back] = results;
		expect(first).toMatchObject({ status: 0, stderr: expect.stringContaining("done: 1 command") });
		expect(before?.stdout).toBe(`${SERVICES}\n${SERVICES}\n${SERVICES}\n0\n`);
		const lines = (printed?.stdout ?? "").split("\n").filter((line) => /^(?:add|delete|flush)/.test(line));
		const elements = lines.filter((line) => /^(?:add|delete) element ip kube-proxy no-endpoint-services \{/.test(line));
		expect([lines.length, elements.length]).toEqual([2 * CHANGED, 2 * CHANGED]);
		expect(lines.filter((line) => / tcp \. 80 /.test(line))).toHaveLength(CHANGED);
		expect(lines.filter((line) => / tcp \. 81 /.test(line))).toHaveLength(CHANGED);
		expect(results[3]?.status).toBe(137);
		expect(after?.stdout).toBe(`${SERVICES}\n${SERVICES}\n${SERVICES}\n${CHANGED}\n`);
		expect(again).toMatchObject({ status: 0, stderr: expect.stringContaining("nothing to do") });
		expect(back).toMatchObject({ status: 0, stderr: expect.stringContaining("and the node has what it should have") });
	}, 310_000);
});
