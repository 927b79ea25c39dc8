import { createInterface } from "node:readline";

/**
 * Asks on standard error and waits for a line on standard input.
 *
 * @returns whether the answer was yes: `y` or `yes`; no answer in time, or the end of the input, is none
 */
export async function confirm(question: string, milliseconds: number): Promise<boolean> {
	process.stderr.write(`${question} `);
	const lines = createInterface({ input: process.stdin });
	try {
		const answer = await new Promise<string>((resolve) => {
			const timer = setTimeout(() => resolve(""), milliseconds);
			const end = (text: string): void => {
				clearTimeout(timer);
				resolve(text);
			};
			lines.once("line", end);
			lines.once("close", () => end(""));
		});
		return /^y(?:es)?$/i.test(answer.trim());
	} finally {
		lines.close();
		process.stdin.destroy();
	}
}
