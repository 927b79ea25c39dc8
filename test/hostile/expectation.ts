/** What becomes of one hostile input. */
export interface Expectation {
	/** Codes of all problems, each once, sorted. */
	readonly codes: readonly string[];
	/** Exit status without --strict; absent: 0. */
	readonly status?: 2;
	/** A line of standard error has to begin with this, or hold it; `FILE` stands for the file's path. */
	readonly says?: string;
	/** Texts that the rules must hold. */
	readonly has?: readonly string[];
	/** Texts that the rules must not hold; `evil` never may. */
	readonly absent?: readonly string[];
}
