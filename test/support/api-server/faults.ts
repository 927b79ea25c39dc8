import type { KubeObject } from "./objects.ts";
import type { StatusAnswer } from "./status.ts";

/** What goes wrong with one request, or with several. */
export interface Fault {
	/** A resource (`services`), or `version`. */
	readonly on: string;
	/** From 1; undefined: all. */
	readonly page?: number;
	/** How often the page was asked for, from 1; undefined: every time. */
	readonly attempt?: number;
	readonly does: Misdeed;
}

/** What happens instead of an answer, or to it. */
export type Misdeed =
	/** Another answer: an error, a redirect, text that is no JSON. */
	| { readonly kind: "answers"; readonly answer: StatusAnswer }
	/** The objects are others before this is answered; whether older lists are forgotten too. */
	| { readonly kind: "changes"; readonly objects: readonly KubeObject[]; readonly forgets: boolean }
	/** RST behind so many bytes of the body; 0: before the headers. */
	| { readonly kind: "resets"; readonly afterBytes: number }
	/** FIN behind so many bytes of the body, which said that it is longer. */
	| { readonly kind: "ends"; readonly afterBytes: number }
	/** Nothing comes behind so many bytes of the body, and the connection stays; 0: no headers either. */
	| { readonly kind: "stalls"; readonly afterBytes: number }
	/** The body comes in so many pieces with a pause before each. */
	| { readonly kind: "drips"; readonly pieces: number; readonly pauseMilliseconds: number };

/** Which request this is. */
export interface RequestPlace {
	readonly on: string;
	readonly page: number;
	readonly attempt: number;
}

/** The first fault for a request. */
export function faultFor(faults: readonly Fault[], place: RequestPlace): Misdeed | undefined {
	return faults.find(
		({ on, page, attempt }) =>
			on === place.on &&
			(page === undefined || page === place.page) &&
			(attempt === undefined || attempt === place.attempt),
	)?.does;
}
