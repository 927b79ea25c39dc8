import { existsSync, statSync } from "node:fs";
import { Trouble } from "../../trouble.ts";
import type { CompileArguments } from "../compile/compile.ts";
import { readStandardInput, readText } from "../compile/input.ts";
import { parseDocuments } from "../compile/parse-documents.ts";
import { partFiles, readToolTexts, type ToolText, toolTexts } from "./texts.ts";

/** What an operand turned out to be: texts of tools, or objects to compile. */
export type Operand =
	| { readonly kind: "texts"; readonly texts: readonly ToolText[] }
	| { readonly kind: "snapshot"; readonly input: Pick<CompileArguments, "filename" | "documents"> };

/** Reads OLD or NEW: a snapshot, what tools print, or a directory of either; `-` is standard input. */
export async function readOperand(path: string): Promise<Operand> {
	if (partFiles(path) !== undefined) return { kind: "texts", texts: await readToolTexts(path) };
	const isDirectory = path !== "-" && existsSync(path) && statSync(path).isDirectory();
	if (isDirectory) return { kind: "snapshot", input: { filename: [path] } };
	const source = path === "-" ? "standard input" : path;
	const text = path === "-" ? await readStandardInput() : readText(path);
	const texts = toolTexts(text, source);
	if (texts.length > 0) return { kind: "texts", texts };
	if (text.trim() === "") throw new Trouble(`${source}: is empty`);
	return { kind: "snapshot", input: { documents: parseDocuments(text, source) } };
}
