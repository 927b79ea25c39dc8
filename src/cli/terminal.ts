import { styleText } from "node:util";

/** How loud the standard error stream is, and whether it has colours. */
export interface Voice {
	readonly isQuiet: boolean;
	readonly isVerbose: boolean;
	readonly hasColor: boolean;
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
	process.stderr.write([`${label} ${printable(text)}`, ...below.map(printable), ""].join("\n"));
}

const LONGEST_LINE = 900;

/** Text from outside must not break the line, steer the terminal or flood it. */
function printable(text: string): string {
	return withoutControls(text.length <= LONGEST_LINE ? text : `${text.slice(0, LONGEST_LINE)}...`);
}

function withoutControls(text: string): string {
	return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, (character) => {
		return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
	});
}

/** Lines for people in which text from outside may occur: what would steer the terminal is written out. */
export function printableLines(text: string): string {
	return text.split("\n").map(withoutControls).join("\n");
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
