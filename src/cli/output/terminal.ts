import { styleText } from "node:util";
import { printable } from "../../printable.ts";

/** How loud the standard error stream is, and whether it has colours. */
export interface Voice {
	readonly isQuiet: boolean;
	readonly isVerbose: boolean;
	readonly hasColor: boolean;
	/** Hears every message instead of standard error. */
	readonly hear?: ((message: string) => void) | undefined;
}

/** Decides once what the options and the terminal allow. Colour only on a terminal, never with NO_COLOR. */
export function voiceOf(options: Readonly<Record<string, unknown>>): Voice {
	const noColor = process.env["NO_COLOR"];
	const isAllowed = options["color"] !== false && (noColor === undefined || noColor === "");
	return {
		isQuiet: options["quiet"] === true,
		isVerbose: options["verbose"] === true,
		hasColor: isAllowed && process.stderr.isTTY === true,
	};
}

/** What a line on standard error is. `detail` is shown with --verbose only, `note` and `warning` not with --quiet. */
export type Level = "error" | "warning" | "note" | "detail";

const COLORS = { error: "red", warning: "yellow", note: "cyan", detail: "gray" } as const;

/** Writes a message to standard error, with further lines below it; or does not, as the level has it. */
export function say(voice: Voice, level: Level, text: string, below: readonly string[] = []): void {
	if (voice.isQuiet && level !== "error") return;
	if (!voice.isVerbose && level === "detail") return;
	const word = level === "detail" ? "note" : level;
	const label = voice.hasColor ? styleText(COLORS[level], `${word}:`, { validateStream: false }) : `${word}:`;
	const message = [`${label} ${shortPrintable(text)}`, ...below.map(shortPrintable), ""].join("\n");
	if (voice.hear === undefined) process.stderr.write(message);
	else voice.hear(message);
}

const LONGEST_LINE = 900;

/** Nor may text from outside flood the terminal. */
function shortPrintable(text: string): string {
	return printable(text.length <= LONGEST_LINE ? text : `${text.slice(0, LONGEST_LINE)}...`);
}

/** Lines for people in which text from outside may occur: what would steer the terminal is written out. */
export function printableLines(text: string): string {
	return text.split("\n").map(printable).join("\n");
}

/** Writes the result. A reader that goes away early (`| head`) is no error. */
export async function writeResult(text: string): Promise<void> {
	if (text === "") return;
	await new Promise<void>((resolve, reject) => {
		const onError = (error: NodeJS.ErrnoException): void => {
			if (error.code === "EPIPE") resolve();
			else reject(error);
		};
		process.stdout.on("error", onError);
		process.stdout.write(text, (error) => (error ? onError(error) : resolve()));
	});
}
