/** Something the user has to put right: printed as one line, exit status 2. Never holds a token or key. */
export class Trouble extends Error {
	override readonly name = "Trouble";
	/** Lines to print below the message. */
	readonly below: readonly string[];

	constructor(message: string, below: readonly string[] = []) {
		super(message);
		this.below = below;
	}
}

/** The sentence of an error that came from outside: of a system call, without its code and call. */
export function reasonOf(error: unknown): string {
	if (!(error instanceof Error)) return String(error);
	return SYSTEM_ERRORS[codeOf(error)] ?? error.message;
}

/** `ECONNREFUSED`, `CERT_HAS_EXPIRED`; empty when an error has no code. */
export function codeOf(error: unknown): string {
	return error instanceof Error && "code" in error ? String(error.code) : "";
}

const SYSTEM_ERRORS: Readonly<Record<string, string>> = {
	EACCES: "permission denied",
	EEXIST: "a file of that name exists",
	EFBIG: "file too large",
	EISDIR: "is a directory",
	ENOENT: "no such file or directory",
	ENOSPC: "no space left on device",
	ENOTDIR: "not a directory",
	EROFS: "read-only file system",
	ERR_STRING_TOO_LONG: "too large",
};
