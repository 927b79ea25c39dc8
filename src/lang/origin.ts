/** Who asked for a rule, and why. Never printed into rules and never compared. */
export interface Origin {
	/** Whom the rule belongs to; undefined for rules that belong to nobody in particular. */
	readonly subject: string | undefined;
	/** A stable word for the reason. */
	readonly reason: string;
	/** Which of the subject's parts it is about, where there are several. */
	readonly detail: string | undefined;
}
