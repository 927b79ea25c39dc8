/** The object a problem is about. `name` is absent when the object has none that can be printed. */
export interface ObjectRef {
	readonly kind: string;
	readonly namespace?: string | undefined;
	readonly name?: string | undefined;
	/** Where it was read: `shop.yaml, document 2, items[3]`. */
	readonly source?: string | undefined;
}

/** Every code a problem can have. `docs/problems.md` explains each. */
export type ProblemCode = keyof typeof problems;

/** Something wrong or odd in the input: a value, never an exception. */
export interface Problem {
	/** `error`: something was left out of the result. `warning`: it was taken, but is probably not what was meant. */
	readonly severity: "error" | "warning";
	readonly code: string;
	readonly object: ObjectRef;
	/** Field path from the object's root: `spec.ports[1].port`; empty for the whole object. */
	readonly path: string;
	/** One sentence without a full stop: what was expected, what was found. */
	readonly message: string;
	/** What to do about it. */
	readonly hint?: string;
}

/** Where a problem lies. */
export interface Place {
	readonly object: ObjectRef;
	readonly path: string;
}

type Severity = Problem["severity"];

function problem(severity: Severity, code: string, place: Place, message: string, hint?: string): Problem {
	const { object, path } = place;
	return hint === undefined
		? { severity, code, object, path, message }
		: { severity, code, object, path, message, hint };
}

/** Every problem the core can report: one function each, sorted by code. */
export const problems = {
	ADDRESS_FAMILY: (place: Place, expected: string, got: unknown) =>
		problem("error", "ADDRESS_FAMILY", place, `expected an ${expected} address, got ${show(got)}`),
	ADDRESS_NOT_CANONICAL: (place: Place, canonical: string, got: string) =>
		problem("warning", "ADDRESS_NOT_CANONICAL", place, `${show(got)} is taken as ${canonical}`),
	ADDRESS_REFUSED: (place: Place, got: string) =>
		problem(
			"error",
			"ADDRESS_REFUSED",
			place,
			`kube-proxy 1.30 writes ${show(got)} as it stands and iptables-restore then refuses the whole file; left out`,
			"write it without leading zeros",
		),
	ADDRESS_SYNTAX: (place: Place, got: unknown) =>
		problem("error", "ADDRESS_SYNTAX", place, `expected an IP address, got ${show(got)}`),
	AFFINITY_TIMEOUT_NOT_SET: (place: Place) =>
		problem("warning", "AFFINITY_TIMEOUT_NOT_SET", place, "expected 1-86400 seconds, got nothing; 10800 is used"),
	API_VERSION: (place: Place, expected: string, got: unknown) =>
		problem("error", "API_VERSION", place, `expected ${expected}, got ${show(got)}`),
	CIDR_SYNTAX: (place: Place, got: unknown) =>
		problem("error", "CIDR_SYNTAX", place, `expected a CIDR (address/length), got ${show(got)}`),
	CLUSTER_IP_NOT_SET: (place: Place) =>
		problem(
			"warning",
			"CLUSTER_IP_NOT_SET",
			place,
			"expected a cluster IP, got nothing; the Service gives no rules",
			"an API server would have picked an address: write one down, or None for a headless Service",
		),
	DUPLICATE_OBJECT: (place: Place, earlier: string) =>
		problem("warning", "DUPLICATE_OBJECT", place, `seen before (${earlier}); the later one is used`),
	DUPLICATE_SERVICE_PORT: (place: Place, earlier: string) =>
		problem("warning", "DUPLICATE_SERVICE_PORT", place, `same name and protocol as ${earlier}; the later one is used`),
	ENDPOINT_WITHOUT_ADDRESS: (place: Place) =>
		problem(
			"error",
			"ENDPOINT_WITHOUT_ADDRESS",
			place,
			"expected at least one address, got none; the endpoint is left out",
		),
	FIELD_MISSING: (place: Place, expected: string) =>
		problem("error", "FIELD_MISSING", place, `expected ${expected}, got nothing`),
	FIELD_TYPE: (place: Place, expected: string, got: unknown) =>
		problem("error", "FIELD_TYPE", place, `expected ${expected}, got ${show(got)}`),
	FIELD_VALUE: (place: Place, expected: string, got: unknown) =>
		problem("error", "FIELD_VALUE", place, `expected ${expected}, got ${show(got)}`),
	HEALTH_CHECK_NODE_PORT_NOT_SET: (place: Place) =>
		problem(
			"warning",
			"HEALTH_CHECK_NODE_PORT_NOT_SET",
			place,
			"expected a port, got nothing; no health check port is opened",
			"an API server would have picked one: write it down",
		),
	NAME_SYNTAX: (place: Place, expected: string, got: unknown) =>
		problem("error", "NAME_SYNTAX", place, `expected ${expected}, got ${show(got)}`),
	NODE_PORT_NOT_SET: (place: Place) =>
		problem(
			"warning",
			"NODE_PORT_NOT_SET",
			place,
			"expected a node port, got nothing; none is opened",
			"an API server would have picked one: write it down",
		),
	NUMBER_RANGE: (place: Place, expected: string, got: unknown) =>
		problem("error", "NUMBER_RANGE", place, `expected ${expected}, got ${show(got)}`),
	POD_CIDR_MISSING: (place: Place, family: string) =>
		problem(
			"error",
			"POD_CIDR_MISSING",
			place,
			`expected an ${family} CIDR for detectLocalMode NodeCIDR, got none; traffic of pods is not told apart`,
		),
	PORT_RANGE: (place: Place, got: unknown) =>
		problem("error", "PORT_RANGE", place, `expected 1-65535, got ${show(got)}`),
	SLICE_PORT_WITHOUT_NAME: (place: Place) =>
		problem("warning", "SLICE_PORT_WITHOUT_NAME", place, "expected a name, got nothing; kube-proxy skips the port"),
	SLICE_PORT_WITHOUT_NUMBER: (place: Place) =>
		problem("warning", "SLICE_PORT_WITHOUT_NUMBER", place, "expected 1-65535, got nothing; kube-proxy skips the port"),
	SLICE_WITHOUT_SERVICE: (place: Place) =>
		problem(
			"warning",
			"SLICE_WITHOUT_SERVICE",
			place,
			"expected the name of a Service, got nothing; the slice is not used",
		),
} as const;

/** `Service default/web`, or `Service (shop.yaml, document 2)` when it has no name. */
export function printObjectRef(ref: ObjectRef): string {
	if (ref.name === undefined) return ref.source === undefined ? ref.kind : `${ref.kind} (${ref.source})`;
	return ref.namespace === undefined ? `${ref.kind} ${ref.name}` : `${ref.kind} ${ref.namespace}/${ref.name}`;
}

/** `Service default/web: spec.ports[1].port: expected 1-65535, got 70000`; one line, without severity and code. */
export function printProblem(problem: Problem): string {
	const path = problem.path === "" ? "" : `${problem.path}: `;
	return `${printObjectRef(problem.object)}: ${path}${problem.message}`;
}

const LONGEST_VALUE = 60;

/**
 * An untrusted value as text for a message: JSON, cut at 60 characters, with everything that is not plain printable
 * text escaped, so that it can neither break the line nor speak to the terminal.
 */
export function show(value: unknown): string {
	if (value === undefined || value === null) return "nothing";
	if (Array.isArray(value)) return `a list of ${value.length}`;
	if (typeof value === "object") return "an object";
	const text = typeof value === "string" ? JSON.stringify(cut(value)) : String(value);
	return text.replace(/[^\x20-\x7e]/gu, (c) => `\\u{${(c.codePointAt(0) ?? 0).toString(16)}}`);
}

function cut(text: string): string {
	return text.length <= LONGEST_VALUE ? text : `${text.slice(0, LONGEST_VALUE)}...`;
}
