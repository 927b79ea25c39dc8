import { expect, it } from "vitest";
import { addressesOf, applyCase, NEW, OLD, savedTexts, saveStep } from "../../support/apply-cases.ts";
import { SETTING } from "../../support/apply-faults.ts";
import { runSession } from "../../support/apply-session.ts";
import { IS_LONG } from "../../support/is-long.ts";
import { describeKernel } from "../../support/kernel-suite.ts";
import { svcnatWords } from "../../support/shell-words.ts";
import { temporaryDirectory } from "../../support/temporary-directory.ts";

const ASKED = 'until grep -q "Keep these rules" "$SESSION/said"; do sleep 0.02; done';

/** Waits for the load of IPv6, which stands still for a moment. */
const LOADING = 'until [ -e "$SESSION/loading" ]; do sleep 0.02; done';

/** What happens at the question; `$id` is svcnat, whose standard input is `$SESSION/answers`. */
const ENDS: readonly (readonly [what: string, script: string, isKept: boolean, when?: string])[] = [
	["somebody says yes", "echo y >&3", true],
	["somebody says no", "echo n >&3", false],
	["nobody says anything", "", false],
	["the input ends", "exec 3>&-", false],
	["the terminal goes away", `kill -HUP "$id"`, false],
	["somebody presses Ctrl+C", `kill -INT "$id"`, false],
	["somebody asks it to end", `kill -TERM "$id"`, false],
	["the terminal goes away before the question", `kill -HUP "$id"`, false, LOADING],
];

/** Only for the command line that asks. */
const PAUSE = '[ -e "$SESSION/answers" ] && touch "$SESSION/loading" && sleep 0.5\nexec "$real" "$@"';

await describeKernel("svcnat apply --confirm-timeout", "nft", () => {
	it.each(
		IS_LONG ? ENDS : ENDS.filter((_, index) => index % 2 === 0),
	)("keeps the new rules only after a yes: when %s", async (_, script, isKept, when = ASKED) => {
		const directory = temporaryDirectory();
		const timeout = script === "" ? "1s" : "20s";
		const apply = [...applyCase(NEW, "nft", directory), "--confirm-timeout", timeout];
		const words = svcnatWords(apply);
		const run = [
			'mkfifo "$SESSION/answers"',
			`${words} <"$SESSION/answers" 2>"$SESSION/said" & id=$!`,
			'exec 3>"$SESSION/answers"',
			when,
			script,
			'wait "$id"; status=$?; cat "$SESSION/said" >&2; exit "$status"',
		];
		const save = saveStep("nft");
		const steps = [
			{ svcnat: applyCase(OLD, "nft", directory) },
			{ shell: "echo 0 >/proc/sys/net/ipv4/conf/all/route_localnet" },
		];
		const results = await runSession([...steps, save, { shell: run.join("\n") }, save, SETTING], {
			addresses: addressesOf([OLD, NEW]),
			directory,
			programs: { "ip6tables-nft-restore": PAUSE },
		});
		const [before, confirmed, after, setting] = results.slice(2);
		if (before === undefined || after === undefined) throw new Error("a step is missing");
		if (isKept) expect(savedTexts(after)).not.toEqual(savedTexts(before));
		else expect(savedTexts(after)).toEqual(savedTexts(before));
		const says = isKept ? /note: kept$/m : /nobody said yes\nthe rules are what they were before$/m;
		expect(confirmed).toMatchObject({ status: isKept ? 0 : 2, stderr: expect.stringMatching(says) });
		expect(setting?.stdout.trim()).toBe(isKept ? "1" : "0");
	});

	it("changes nothing when it does not know how long to wait", async () => {
		const directory = temporaryDirectory();
		const apply = [...applyCase(NEW, "nft", directory), "--confirm-timeout", "soon"];
		const save = saveStep("nft");
		const [before, asked, after] = await runSession([save, { svcnat: apply }, save], {
			addresses: addressesOf([NEW]),
			directory,
		});
		expect(asked).toMatchObject({ status: 2, stderr: expect.stringContaining("error: --confirm-timeout") });
		if (before === undefined || after === undefined) throw new Error("a step is missing");
		expect(savedTexts(after)).toEqual(savedTexts(before));
	});
});
