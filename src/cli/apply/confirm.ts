import { createInterface } from "node:readline";

/** What comes when somebody loses the terminal, or gives up: nobody says yes any more. */
const SIGNALS = ["SIGHUP", "SIGINT", "SIGTERM"] as const;

/** A question that may be answered before it is put: by a signal, which is a no. */
export interface Confirmation {
	/**
	 * Asks on standard error and waits for a line on standard input.
	 *
	 * @returns whether the answer was yes: `y` or `yes`; no answer in time, the end of the input, and a signal are none
	 */
	readonly ask: (question: string) => Promise<boolean>;
	/** Lets signals end the process again. */
	readonly end: () => void;
}

/**
 * From now on signals do not end the process, so that nothing keeps the rules from being put back.
 *
 * @param milliseconds how long an answer is waited for
 */
export function expectConfirmation(milliseconds: number): Confirmation {
	let isRefused = false;
	let onNo = (): void => {};
	const no = (): void => {
		isRefused = true;
		onNo();
	};
	for (const signal of SIGNALS) process.on(signal, no);
	for (const stream of [process.stdin, process.stderr]) stream.on("error", no);
	return {
		ask: async (question) => {
			if (isRefused) return false;
			const lines = createInterface({ input: process.stdin });
			let timer: NodeJS.Timeout | undefined;
			try {
				const answer = await new Promise<string>((resolve) => {
					onNo = () => resolve("");
					timer = setTimeout(onNo, milliseconds);
					lines.on("error", onNo);
					lines.once("line", resolve);
					lines.once("close", onNo);
					process.stderr.write(`${question} `);
				});
				return /^y(?:es)?$/i.test(answer.trim());
			} finally {
				clearTimeout(timer);
				lines.close();
				process.stdin.destroy();
			}
		},
		end: () => {
			for (const signal of SIGNALS) process.off(signal, no);
		},
	};
}
