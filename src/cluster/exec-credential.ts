import { type Fields, isFields } from "../fields/fields.ts";
import { supervise } from "../system/supervise.ts";
import { codeOf, Trouble } from "../trouble.ts";
import type { Access } from "./access.ts";
import { execInfo } from "./exec-info.ts";

/** What a plugin gave: parts of a kubeconfig user. */
export interface ExecCredential {
	readonly user: Fields;
	/** Milliseconds since 1970; undefined: until the server refuses it. */
	readonly expiresAt: number | undefined;
}

/** Which limits a plugin has. */
export interface PluginLimits {
	/** Ends the plugin, which then has failed. */
	readonly signal?: AbortSignal | undefined;
	/** How long it may take: somebody may have to sign in. Undefined: five minutes. */
	readonly pluginTimeoutSeconds?: number | undefined;
}

const LONGEST_SECONDS = 5 * 60;

/**
 * Asks the plugin of a kubeconfig user (`exec`) for credentials.
 *
 * client-node can run plugins, too, but it neither shows what they print, such as where to sign in, nor gives them the
 * terminal, nor ends one that hangs.
 *
 * @throws Trouble when the plugin is not there, fails, or prints something else; never with what it printed
 */
export async function askPlugin(exec: Fields, access: Access, limits: PluginLimits): Promise<ExecCredential> {
	const { command, args, interactiveMode } = exec;
	if (typeof command !== "string" || command === "") throw new Trouble("user.exec.command: expected a program");
	const isInteractive = interactiveMode !== "Never" && process.stdin.isTTY === true;
	if (interactiveMode === "Always" && !isInteractive) {
		throw new Trouble(`the plugin ${command} has to ask you something, and standard input is no terminal`);
	}
	const plugin = `the plugin ${command}, which the kubeconfig names for credentials,`;
	const { pluginTimeoutSeconds: seconds = LONGEST_SECONDS } = limits;
	const env = { ...variablesOf(exec), KUBERNETES_EXEC_INFO: JSON.stringify(execInfo(exec, access, isInteractive)) };
	const { execa } = await import("execa");
	const start = () =>
		execa(command, Array.isArray(args) ? args.map(String) : [], {
			stdin: isInteractive ? "inherit" : "ignore",
			// It is for the user, and not printed again by us.
			stderr: "inherit",
			env,
			reject: false,
			// In a group of its own a program has no terminal to ask at.
			detached: !isInteractive,
		});
	const { result, killed } = await supervise(start, { seconds, signal: limits.signal });
	if (result.code === "ENOENT") throw new Trouble(`${plugin} is not there`, hintOf(exec));
	if (killed === "too long")
		throw new Trouble(`${plugin} took more than ${seconds >= 60 ? `${seconds / 60} minutes` : `${seconds} s`}`);
	if (result.failed) {
		const how = result.exitCode === undefined ? codeOf(result.cause) || "a signal" : `exit status ${result.exitCode}`;
		throw new Trouble(`${plugin} failed: ${how}`, hintOf(exec));
	}
	return readCredential(result.stdout, plugin);
}

function variablesOf({ env }: Fields): Readonly<Record<string, string>> {
	const list: readonly unknown[] = Array.isArray(env) ? env : [];
	return Object.fromEntries(
		list.flatMap((one) => (isFields(one) ? [[String(one["name"]), String(one["value"] ?? "")] as const] : [])),
	);
}

function hintOf({ installHint }: Fields): readonly string[] {
	return typeof installHint === "string" ? installHint.split("\n").slice(0, 10) : [];
}

function readCredential(text: string, plugin: string): ExecCredential {
	const status = statusOf(text);
	const { token, clientCertificateData: certificate, clientKeyData: key, expirationTimestamp } = status ?? {};
	const hasCertificate = typeof certificate === "string" && typeof key === "string";
	if (typeof token !== "string" && !hasCertificate) {
		throw new Trouble(`${plugin} printed no ExecCredential with a token, or a certificate and its key`);
	}
	const expiresAt = typeof expirationTimestamp === "string" ? Date.parse(expirationTimestamp) : Number.NaN;
	return {
		user: {
			...(typeof token === "string" ? { token } : {}),
			...(hasCertificate ? { "client-certificate-data": toBase64(certificate), "client-key-data": toBase64(key) } : {}),
		},
		expiresAt: Number.isNaN(expiresAt) ? undefined : expiresAt,
	};
}

function statusOf(text: string): Fields | undefined {
	try {
		const value: unknown = JSON.parse(text);
		return isFields(value) && isFields(value["status"]) ? value["status"] : undefined;
	} catch {
		return undefined;
	}
}

function toBase64(text: string): string {
	return Buffer.from(text, "utf8").toString("base64");
}
