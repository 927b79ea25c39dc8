/** Something the user has to put right: printed as one line, exit status 2. */
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
	const code = "code" in error ? String(error.code) : "";
	return SYSTEM_ERRORS[code] ?? error.message;
}

const SYSTEM_ERRORS: Readonly<Record<string, string>> = {
	EACCES: "permission denied",
	EEXIST: "a file of that name exists",
	EISDIR: "is a directory",
	ENOENT: "no such file or directory",
	ENOSPC: "no space left on device",
	ENOTDIR: "not a directory",
	EROFS: "read-only file system",
	ERR_STRING_TOO_LONG: "too large",
};
