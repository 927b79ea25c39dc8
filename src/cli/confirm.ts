import { createInterface } from "node:readline";

/** What comes when somebody loses the terminal, or gives up: nobody said yes. */
const SIGNALS = ["SIGHUP", "SIGINT", "SIGTERM"] as const;

/**
 * Asks on standard error and waits for a line on standard input.
 *
 * @returns whether the answer was yes: `y` or `yes`; no answer in time, the end of the input, and a signal are none
 */
export async function confirm(question: string, milliseconds: number): Promise<boolean> {
	const lines = createInterface({ input: process.stdin });
	let timer: NodeJS.Timeout | undefined;
	try {
		const answer = await new Promise<string>((resolve) => {
			const no = (): void => resolve("");
			timer = setTimeout(no, milliseconds);
			// They stay, so that nothing keeps the rules from being put back.
			for (const signal of SIGNALS) process.on(signal, no);
			for (const stream of [process.stdin, process.stderr, lines]) stream.on("error", no);
			lines.once("line", resolve);
			lines.once("close", no);
			process.stderr.write(`${question} `);
		});
		return /^y(?:es)?$/i.test(answer.trim());
	} finally {
		clearTimeout(timer);
		lines.close();
		process.stdin.destroy();
	}
}
