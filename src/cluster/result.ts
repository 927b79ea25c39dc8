import type { RequestOptions } from "node:https";
import { type Fields, isFields } from "../fields/fields.ts";
import { Trouble } from "../trouble.ts";
import type { Connection } from "./connection.ts";
import { connectionError, refusedCredentials } from "./failure-words.ts";
import { grantBelow } from "./grant.ts";
import { impersonationRights, whichIsMissing } from "./impersonate.ts";
import { LARGEST_ANSWER, type Reply, type RequestLimits } from "./request.ts";
import { nameRight } from "./rights.ts";
import { withoutSecrets } from "./secrets.ts";

/** What the server says to a request. `gone`: what was begun cannot be continued. */
export type Result =
	| { readonly kind: "ok"; readonly value: Fields }
	| { readonly kind: "forbidden" | "not-found"; readonly message: string }
	| { readonly kind: "gone"; readonly message: string };

/** What was asked of whom, and how. */
export interface Asked {
	readonly url: URL;
	readonly options: RequestOptions;
	readonly limits: RequestLimits;
	readonly connection: Connection;
}

type Answer = Extract<Reply, { kind: "answer" }>;

const LOST = "the connection was lost before the end of the answer";

function placeOf({ url, connection }: Asked): string {
	return `${connection.access.server.host}: GET ${url.pathname}`;
}

function seconds(milliseconds: number | undefined): string {
	return `${(milliseconds ?? 0) / 1000} s`;
}

/** The error for a request that was made often enough. */
export function givenUp(reply: Reply, asked: Asked, attempts: number): Trouble {
	const what = reply.kind === "answer" ? `${reply.status} ${messageOf(reply, asked)}` : LOST;
	return new Trouble(`${placeOf(asked)}: given up after ${attempts} attempts: ${what}`.trimEnd());
}

/** What came of a request that is not made again. @throws Trouble when it is of no use */
export function resultOf(reply: Reply, asked: Asked): Result {
	const { limits, connection } = asked;
	const place = placeOf(asked);
	switch (reply.kind) {
		case "failed":
			throw connectionError(reply.error, connection);
		case "lost":
			throw new Trouble(`${place}: ${LOST}`);
		case "silent":
			throw new Trouble(`${place}: nothing came for ${seconds(limits.silence)} (--request-timeout); is the VPN up?`);
		case "slow":
			throw new Trouble(`${place}: not at its end after ${seconds(limits.total)} (--request-timeout)`);
		case "too-large":
			throw new Trouble(`${place}: the answer has more than ${LARGEST_ANSWER / 1e6} MB`);
		case "answer":
			return answerOf(reply, asked);
	}
}

function answerOf(answer: Answer, asked: Asked): Result {
	const { status, headers } = answer;
	const place = placeOf(asked);
	const { access } = asked.connection;
	if (status === 200) return { kind: "ok", value: parsed(answer, asked) };
	const message = messageOf(answer, asked);
	if (status === 401) throw refusedCredentials(access, message);
	if (status === 403) return forbidden(message, asked);
	if (status === 404) return { kind: "not-found", message };
	if (status === 410) return { kind: "gone", message };
	if (status >= 300 && status < 400) {
		const to = headers.location;
		const where =
			to !== undefined && URL.canParse(to, access.server.href) ? new URL(to, access.server).origin : "nowhere";
		throw new Trouble(`${place}: ${status}: sends us to ${where}, and credentials are not taken elsewhere`, [
			"an API server does not do that: is server in the kubeconfig right, is there a login page in between?",
		]);
	}
	throw new Trouble(`${place}: ${status} ${message}`.trimEnd());
}

/** Who may not act as somebody may not ask for anything. */
function forbidden(message: string, { connection: { impersonated } }: Asked): Result {
	const right = whichIsMissing(message, impersonated);
	if (right === undefined || impersonated === undefined) return { kind: "forbidden", message };
	const needed = impersonationRights(impersonated);
	throw new Trouble(`missing right: ${nameRight(right)}`, grantBelow([{ ...right, message }], needed, "svcnat-as"));
}

function parsed({ body, headers }: Answer, asked: Asked): Fields {
	let value: unknown;
	try {
		value = JSON.parse(body);
	} catch {
		// What the parser says quotes the text, which may hold anything.
		value = undefined;
	}
	if (isFields(value)) return value;
	const type = withoutSecrets(headers["content-type"] ?? "nothing that is named", asked.options);
	throw new Trouble(`${placeOf(asked)}: expected a JSON object, got ${body.length} characters of ${type}`, [
		"is there something else in between, such as a login page?",
	]);
}

/** What the server says itself, when it says it in the form of a `Status`. */
function messageOf({ body }: Answer, { options }: Asked): string {
	try {
		const value: unknown = JSON.parse(body);
		if (!isFields(value) || typeof value["message"] !== "string") return "";
		// A part of a secret would not be known for one.
		return withoutSecrets(value["message"], options).slice(0, 400);
	} catch {
		return "";
	}
}
