import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import { type Run, svcnat } from "../support/svcnat.ts";

/** The example shop, whose node is compared. */
export const SHOP = fileURLToPath(new URL("../../fixtures/shop", import.meta.url));

/** Dumps of nodes on which not only kube-proxy has rules. */
export const DUMPS = fileURLToPath(new URL("../../fixtures/dumps/", import.meta.url));

/** Whose rules of the shop. */
export const NODE: readonly string[] = ["--node", "worker-1", "--cluster-cidr", "10.244.0.0/16,fd00:10:244::/56"];

/** `diff` of the shop with what follows `--live`. */
export const LIVE: readonly string[] = ["diff", "-f", SHOP, ...NODE];

/** An endpoint of shop/cart on the other node. */
export const ENDPOINT = "10.244.2.6:8080";

/** What `dump` prints about the shop. */
export async function dumped(...args: readonly string[]): Promise<string> {
	const { stdout, stderr, exitCode } = await svcnat(["dump", "-f", SHOP, ...NODE, "-q", ...args]);
	expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
	return stdout;
}

/** Lines without those about the endpoint. */
export function withoutEndpoint(text: string): string {
	return text.replaceAll(/^.*\b10\.244\.2\.6\b.*\n/gm, "");
}

/** A copy of the shop in a directory, without the endpoint. */
export function changedShop(directory: string): string {
	const copy = join(directory, "changed");
	cpSync(SHOP, copy, { recursive: true });
	const file = join(copy, "backend.yaml");
	const text = readFileSync(file, "utf8");
	expect(text).toContain("10.244.2.6");
	writeFileSync(file, text.replace(/^- addresses: \[10\.244\.2\.6\][\s\S]*?(?=^- |^---)/m, ""));
	expect(readFileSync(file, "utf8")).not.toContain("10.244.2.6");
	return copy;
}

/** Writes a file and gives its path. */
export function written(directory: string, name: string, text: string | Uint8Array): string {
	const file = join(directory, name);
	writeFileSync(file, text);
	return file;
}

/** Expects exit status 2, nothing on standard output, and one line `error: …` that says what is wrong. */
export function expectTrouble({ stdout, stderr, exitCode }: Run, message: RegExp | string = ""): void {
	expect({ stdout, exitCode }, stderr).toEqual({ stdout: "", exitCode: 2 });
	expect(stderr).toMatch(/^error: .+\n$/m);
	expect(stderr).not.toContain("internal error");
	expectPrintable(stderr);
	if (message !== "") expect(stderr).toMatch(message);
}

/** Nothing in it breaks a line, or steers a terminal. */
export function expectPrintable(text: string): void {
	expect(text).not.toMatch(/[^\P{Cc}\n]|[\p{Cf}\p{Zl}\p{Zp}]/u);
}

/** The status of a run without trouble, and what it printed. */
export async function statusAndText(
	args: readonly string[],
	input = "",
): Promise<readonly [status: number | undefined, text: string]> {
	const { stdout, stderr, exitCode } = await svcnat(args, { input });
	expect(stderr).not.toMatch(/error/);
	return [exitCode, stdout];
}

/** What `iptables-save` prints on a node that is as it should be, and on one where the endpoint is missing. */
export async function goodAndBroken(): Promise<{ readonly good: string; readonly broken: string }> {
	const good = await dumped("-o", "save", "--ip-family", "ipv4");
	return { good, broken: withoutEndpoint(good) };
}

/** Compares a node with what it should have. */
export async function compareLive(rules: string, ...args: readonly string[]): Promise<Run> {
	return svcnat([...LIVE, "--live", "-", "-q", ...args], { input: rules });
}
