import type { IncomingMessage } from "node:http";
import { type Fault, faultFor, type Misdeed } from "./faults.ts";
import { listPage, pageNumber } from "./list.ts";
import { isKnownGroup, type Target, targetOf } from "./resources.ts";
import type { State } from "./state.ts";
import { badRequest, objectNotFound, pageNotFound, resourceNotFound, type StatusAnswer } from "./status.ts";
import { type Identity, identify, refusal, type User } from "./users.ts";

/** What decides how requests are answered. */
export interface AnswerOptions {
	readonly users: readonly User[];
	readonly faults?: readonly Fault[];
	/** `gitVersion`; default: `v1.36.0`. */
	readonly version?: string;
	/** Default: there are ServiceCIDRs, as from 1.33 on. */
	readonly hasServiceCIDRs?: boolean;
}

/** A request that arrived. */
export interface Received {
	readonly method: string;
	/** With the query. */
	readonly url: string;
	/** A resource, `version`, or empty. */
	readonly on: string;
	/** From 1. */
	readonly page: number;
	/** From 1. */
	readonly attempt: number;
	/** Undefined: refused before it was known. */
	readonly who: Identity | undefined;
	readonly userAgent: string;
	/** Milliseconds since some moment. */
	readonly at: number;
}

/** What becomes of a request. */
export interface Handled {
	readonly received: Received;
	readonly answer: StatusAnswer;
	readonly fault: Misdeed | undefined;
}

/** Decides what becomes of a request; `earlier` are those that arrived before. */
export function answer(
	options: AnswerOptions,
	state: State,
	earlier: readonly Received[],
	request: IncomingMessage,
): Handled {
	const { method = "", headers } = request;
	const url = new URL(request.url ?? "", "https://localhost");
	const target = targetOf(url.pathname);
	const on = url.pathname.replace(/\/$/, "") === "/version" ? "version" : (target?.resource.name ?? "");
	const page = target === undefined ? 1 : pageNumber(state, target, url.searchParams);
	const attempt = 1 + earlier.filter((one) => one.on === on && one.page === page).length;
	const fault = faultFor(options.faults ?? [], { on, page, attempt });
	if (fault?.kind === "changes") change(state, fault);
	const identity = identify(options.users, request);
	const who = "code" in identity ? undefined : identity;
	const { "user-agent": userAgent = "" } = headers;
	const usual = "code" in identity ? identity : usualAnswer(options, state, { identity, target, url, method });
	return {
		received: { method, url: request.url ?? "", on, page, attempt, who, userAgent, at: performance.now() },
		answer: fault?.kind === "answers" ? fault.answer : usual,
		fault,
	};
}

function change(state: State, { objects, forgets }: Extract<Misdeed, { kind: "changes" }>): void {
	state.replace(objects);
	if (forgets) state.forget();
}

interface Question {
	readonly identity: Identity;
	readonly target: Target | undefined;
	readonly url: URL;
	readonly method: string;
}

function usualAnswer(options: AnswerOptions, state: State, { identity, target, url, method }: Question): StatusAnswer {
	if (url.pathname.replace(/\/$/, "") === "/version") return success(versionOf(options.version ?? "v1.36.0"));
	if (target === undefined) return isKnownGroup(url.pathname) ? resourceNotFound() : pageNotFound();
	const refused = refusal(options.users, identity, target);
	if (refused !== undefined) return refused;
	if (method !== "GET") return badRequest(`the tests' API server has no ${method}`);
	if (target.resource.name === "servicecidrs" && options.hasServiceCIDRs === false) return resourceNotFound();
	if (target.name !== undefined) return oneObject(state, target);
	const list = listPage(state, target, url.searchParams);
	return "code" in list ? list : success(list);
}

function oneObject(state: State, target: Target): StatusAnswer {
	const key = target.namespace === undefined ? target.name : `${target.namespace}/${target.name}`;
	const found = state
		.current()
		.stored.get(target.resource.name)
		?.find((stored) => stored.key === key);
	return found === undefined ? objectNotFound(target) : success(found.object);
}

function success(body: unknown): StatusAnswer {
	return { code: 200, headers: { "content-type": "application/json" }, body };
}

function versionOf(gitVersion: string): unknown {
	const [, major = "1", minor = ""] = /^v(\d+)\.(\d+)/.exec(gitVersion) ?? [];
	const build = { gitTreeState: "clean", goVersion: "go1.24.9", compiler: "gc", platform: "linux/amd64" };
	return { major, minor, gitVersion, ...build };
}
