import { qualifiedName, type Resource, type Target } from "./resources.ts";

/** An answer that is no success, as API servers word it. */
export interface StatusAnswer {
	readonly code: number;
	readonly headers: Readonly<Record<string, string>>;
	/** A `Status` object, or plain text. */
	readonly body: unknown;
}

/** Who is not let in. */
export function unauthorized(): StatusAnswer {
	return status(401, "Unauthorized", "Unauthorized");
}

/** What a user may not do, and where. */
export function forbidden(user: string, verb: string, { resource, namespace, name }: Target): StatusAnswer {
	const what = name === undefined ? qualifiedName(resource) : `${qualifiedName(resource)} "${name}"`;
	const where = namespace === undefined ? "at the cluster scope" : `in the namespace "${namespace}"`;
	const message = `${what} is forbidden: User "${user}" cannot ${verb} resource "${resource.name}" in API group "${resource.group}" ${where}`;
	return status(403, "Forbidden", message, detailsOf(resource, name));
}

/** A user or group that may not be impersonated. */
export function impersonationForbidden(user: string, resource: "users" | "groups", name: string): StatusAnswer {
	const message = `${resource} "${name}" is forbidden: User "${user}" cannot impersonate resource "${resource}" in API group "" at the cluster scope`;
	return status(403, "Forbidden", message, { name, kind: resource });
}

/** An object that is not there. */
export function objectNotFound({ resource, name = "" }: Target): StatusAnswer {
	return status(404, "NotFound", `${qualifiedName(resource)} "${name}" not found`, detailsOf(resource, name));
}

/** A resource that a group does not have. */
export function resourceNotFound(): StatusAnswer {
	return status(404, "NotFound", "the server could not find the requested resource", {});
}

/** A path of which the server knows nothing. */
export function pageNotFound(): StatusAnswer {
	return { code: 404, headers: { "content-type": "text/plain; charset=utf-8" }, body: "404 page not found\n" };
}

/** What cannot be asked. */
export function badRequest(message: string): StatusAnswer {
	return status(400, "BadRequest", message);
}

/** The page is of a list that the server has forgotten; the offered token goes on with what is there now. */
export function expired(inconsistentContinue: string): StatusAnswer {
	const message =
		"The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.";
	return status(410, "Expired", message, undefined, { continue: inconsistentContinue });
}

/** The flow control of an API server, which answers in plain text. */
export function tooManyRequests(retryAfterSeconds: number | undefined): StatusAnswer {
	const retry = retryAfterSeconds === undefined ? {} : { "retry-after": String(retryAfterSeconds) };
	return {
		code: 429,
		headers: { "content-type": "text/plain; charset=utf-8", ...retry },
		body: "Too many requests, please try again later.\n",
	};
}

/** The server broke down over it. */
export function internalError(): StatusAnswer {
	const cause = "etcdserver: leader changed";
	return status(500, "InternalError", `Internal error occurred: ${cause}`, { causes: [{ message: cause }] });
}

/** The server is starting or stopping. */
export function unavailable(retryAfterSeconds: number | undefined): StatusAnswer {
	const answer = status(503, "ServiceUnavailable", "the server is currently unable to handle the request");
	if (retryAfterSeconds === undefined) return answer;
	return { ...answer, headers: { ...answer.headers, "retry-after": String(retryAfterSeconds) } };
}

/** etcd did not answer in time. */
export function timedOut(): StatusAnswer {
	const message =
		"the server was unable to return a response in the time allotted, but may still be processing the request";
	return status(504, "Timeout", message, {});
}

function detailsOf({ group, name: kind }: Resource, name: string | undefined): Readonly<Record<string, string>> {
	return { ...(name === undefined ? {} : { name }), ...(group === "" ? {} : { group }), kind };
}

function status(
	code: number,
	reason: string,
	message: string,
	details?: Readonly<Record<string, unknown>>,
	metadata: Readonly<Record<string, string>> = {},
): StatusAnswer {
	const body = {
		kind: "Status",
		apiVersion: "v1",
		metadata,
		status: "Failure",
		message,
		reason,
		...(details === undefined ? {} : { details }),
		code,
	};
	return { code, headers: { "content-type": "application/json" }, body };
}
