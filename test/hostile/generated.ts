import { readFileSync } from "node:fs";
import type { Expectation } from "./expectation.ts";
import { GOOD } from "./inputs.ts";

/** An input whose bytes or size matter, so that it is made here and not kept as a file. */
export interface GeneratedInput extends Expectation {
	readonly name: string;
	readonly bytes: () => Buffer;
	/** It could take the process down, so that it runs in one of its own, with little memory. */
	readonly isDeadly?: boolean;
}

const MEGA = 1_000_000;
const good = (): string => readFileSync(GOOD, "utf8");
const before = (text: string): Buffer => Buffer.from(`${text}\n---\n${good()}`);
const service = (name: string): string =>
	`{apiVersion: v1, kind: Service, metadata: {name: ${name}}, spec: {clusterIP: 10.96.0.9, ports: [{port: 80}]}}`;

/** A `List` in a list, `depth` times, around `inner`. */
function nestedLists(depth: number, inner: string): string {
	return `${'{"kind":"List","items":['.repeat(depth)}${inner}${"]}".repeat(depth)}`;
}

/** Each list holds the next one and something broken, so that a message about each could be as long as its depth. */
function nestedListsWithErrors(depth: number): string {
	return `${'{"kind":"List","items":['.repeat(depth)}5${",5]}".repeat(depth)}`;
}

/** The good objects as JSON that ends in one more object. */
function jsonRow(...more: readonly string[]): Buffer {
	const objects = [
		'{"apiVersion":"v1","kind":"Service","metadata":{"namespace":"ok","name":"good"},"spec":{"clusterIP":"10.96.7.7","clusterIPs":["10.96.7.7","fd00:96::7"],"ports":[{"name":"http","port":80}]}}',
		slice("IPv4", "10.244.7.7"),
		slice("IPv6", "fd00:244::7"),
	];
	return Buffer.from([...objects, ...more].join("\n"));
}

function slice(type: string, address: string): string {
	return `{"apiVersion":"discovery.k8s.io/v1","kind":"EndpointSlice","metadata":{"namespace":"ok","name":"good-${type.toLowerCase()}","labels":{"kubernetes.io/service-name":"good"}},"addressType":"${type}","ports":[{"name":"http","port":8080}],"endpoints":[{"addresses":["${address}"]}]}`;
}

function shuffledBytes(length: number): Buffer {
	return Buffer.from(Array.from({ length }, (_, index) => (index * index * 31 + index * 7 + (index >> 3)) & 255));
}

/** Every such input. */
export const GENERATED: readonly GeneratedInput[] = [
	{ name: "empty", bytes: () => Buffer.alloc(0), codes: [], status: 2, says: "error: FILE: no object found" },
	{ name: "blanks", bytes: () => Buffer.from(" \n\n  \n"), codes: [], status: 2, says: "error: FILE: no object found" },
	{ name: "byte order mark", bytes: () => before(`\ufeff${service("web")}`), codes: [], has: ["default/web"] },
	{ name: "byte order mark alone", bytes: () => Buffer.from("\ufeff"), codes: [], status: 2, says: "no object found" },
	{
		name: "UTF-16 with a byte order mark",
		bytes: () => Buffer.from(`\ufeff${good()}`, "utf16le"),
		codes: [],
		status: 2,
		says: "error: FILE:",
	},
	{
		name: "UTF-16 without a mark",
		bytes: () => Buffer.from(good(), "utf16le"),
		codes: [],
		status: 2,
		says: "error: FILE:",
	},
	{
		name: "invalid UTF-8 in a name",
		bytes: () =>
			Buffer.concat([
				Buffer.from("kind: Service\nmetadata: {name: evil"),
				Buffer.from([0xff, 0xc0, 0x80]),
				before("}"),
			]),
		codes: ["NAME_SYNTAX"],
	},
	{ name: "a NUL byte", bytes: () => before(service("evil\0web")), codes: [], status: 2, says: "error: FILE:" },
	{ name: "every byte there is", bytes: () => shuffledBytes(100_000), codes: [], status: 2, says: "error: FILE" },
	{
		name: "gzip",
		bytes: () => Buffer.from("1f8b0800000000000003cb48cdc9c907008610", "hex"),
		codes: [],
		status: 2,
		says: "error: FILE:",
	},
	{ name: "a name of 5 MB", bytes: () => before(service("evil".repeat(1.25 * MEGA))), codes: ["NAME_SYNTAX"] },
	{
		name: "a document of one text of 5 MB",
		bytes: () => before(`"${"evil".repeat(1.25 * MEGA)}"`),
		codes: ["FIELD_TYPE"],
	},
	{
		name: "a cluster IP of 5 MB",
		bytes: () => before(service("web").replace("10.96.0.9", `"${"1.".repeat(2.5 * MEGA)}"`)),
		codes: ["ADDRESS_SYNTAX"],
	},
	{ name: "a kind of 5 MB", bytes: () => before(`kind: ${"Evil".repeat(1.25 * MEGA)}`), codes: [] },
	{
		name: "an API version of 5 MB",
		bytes: () => before(`kind: Service\napiVersion: ${"evil".repeat(1.25 * MEGA)}`),
		codes: ["API_VERSION"],
	},
	{ name: "a key of 5 MB", bytes: () => before(`? ${"evil".repeat(1.25 * MEGA)}\n: 1`), codes: ["FIELD_MISSING"] },
	{
		name: "lines of JSON with a text of 5 MB",
		bytes: () => jsonRow(`{"kind":"ConfigMap","data":{"a":"${"evil".repeat(1.25 * MEGA)}"}}`),
		codes: [],
	},
	{
		name: "lines of JSON with a text of 30 MB of quotes",
		bytes: () => jsonRow(`{"kind":"ConfigMap","data":{"a":"${'\\"'.repeat(15 * MEGA)}"}}`),
		codes: [],
	},
	{
		name: "100,000 nested lists of JSON",
		bytes: () => jsonRow(`${"[".repeat(100_000)}${"]".repeat(100_000)}`),
		codes: ["FIELD_TYPE"],
	},
	{
		name: "100,000 nested lists of YAML",
		bytes: () => before("[".repeat(100_000)),
		codes: [],
		status: 2,
		says: "cannot be parsed as YAML or JSON: nesting exceeded",
	},
	{
		name: "100,000 nested mappings of YAML",
		bytes: () => before("{a: ".repeat(100_000)),
		codes: [],
		status: 2,
		says: "cannot be parsed as YAML or JSON: nesting exceeded",
	},
	{
		name: "100,000 nested dashes",
		bytes: () => before("- ".repeat(100_000)),
		codes: [],
		status: 2,
		says: "cannot be parsed as YAML or JSON: nesting exceeded",
	},
	{ name: "100,000 Lists in each other", bytes: () => jsonRow(nestedLists(100_000, "5")), codes: ["FIELD_TYPE"] },
	{
		name: "3,000 Lists in each other with an error in each",
		bytes: () => jsonRow(nestedListsWithErrors(3000)),
		codes: ["FIELD_TYPE"],
	},
	{
		name: "labels 100,000 deep",
		bytes: () =>
			jsonRow(
				`{"apiVersion":"v1","kind":"Service","metadata":{"name":"web","labels":${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}}}`,
			),
		codes: ["CLUSTER_IP_NOT_SET"],
	},
	{
		name: "endpoints 100,000 deep",
		bytes: () =>
			jsonRow(
				slice("IPv4", "x")
					.replace("good-ipv4", "evil")
					.replace('{"addresses":["x"]}', `${"[".repeat(100_000)}${"]".repeat(100_000)}`),
			),
		codes: ["FIELD_TYPE"],
	},
	{
		name: "10,000 documents",
		bytes: () => before("{kind: Evil}\n---\n".repeat(10_000)),
		codes: [],
		says: "note: ignored 10000 objects of other kinds: Evil 10000",
	},
	{
		name: "2,000 kinds",
		bytes: () => before(Array.from({ length: 2000 }, (_, index) => `{kind: Evil${index}}`).join("\n---\n")),
		codes: [],
	},
	{
		name: "10,000 broken ports in one Service",
		bytes: () =>
			before(
				service("evil").replace(
					"{port: 80}",
					Array.from({ length: 10_000 }, (_, index) => `{name: a${index}, port: 0}`).join(),
				),
			),
		codes: ["PORT_RANGE"],
	},
	{
		name: "a text of 500 kB as 2,000 parts of a key",
		bytes: () => before(`a: &a ${"evil".repeat(125_000)}\n? [${"*a, ".repeat(2000)}]\n: 1`),
		codes: [],
		status: 2,
		says: "error: FILE: ",
	},
	{
		name: "keys of 450 MB out of a text of 500 kB",
		bytes: () =>
			before(
				`a: &a ${"evil".repeat(125_000)}\n${[1, 2, 3, 4].map((n) => `? [${"*a, ".repeat(900)}${n}]\n: 1\n`).join("")}`,
			),
		isDeadly: true,
		codes: [],
		status: 2,
		says: "error: FILE: ",
	},
	{
		name: "many anchors and one alias of each",
		bytes: () =>
			before(
				Array.from(
					{ length: 5000 },
					(_, index) => `a${index}: &a${index} [${index === 0 ? "" : `*a${index - 1}`}]`,
				).join("\n"),
			),
		codes: [],
		status: 2,
		says: "error: FILE: aliases expand to too many values",
	},
];
