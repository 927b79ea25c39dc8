import { readFileSync, statSync } from "node:fs";
import yaml from "js-yaml";
import { expect } from "vitest";
import {
	backends,
	buildModel,
	KUBE_VERSIONS,
	type ProxyConfig,
	parseIP,
	printProblem,
	readSnapshot,
	type SourceDocument,
} from "../../src/index.ts";
import { refusedIpvsLines } from "../support/ipvs-grammar.ts";
import { oracleCases } from "../support/oracle.ts";
import { refusedLines } from "../support/rule-grammar.ts";
import { GOOD } from "./inputs.ts";

const BIGGEST_SNAPSHOT = 12_000;

/** A captured state to start from. */
export interface Seed {
	readonly name: string;
	readonly node: string;
	readonly text: string;
	readonly value: unknown;
	readonly config: unknown;
}

/** Every captured state that is small enough to be compiled thousands of times. */
export function seeds(): readonly Seed[] {
	const small = oracleCases().filter(({ snapshotFile }) => statSync(snapshotFile).size < BIGGEST_SNAPSHOT);
	return small.map(({ name, snapshotFile, config }) => {
		const text = readFileSync(snapshotFile, "utf8");
		return { name, node: config.nodeName, text, value: yaml.load(text, { schema: yaml.CORE_SCHEMA }), config };
	});
}

const goodDocuments: readonly SourceDocument[] = readGood();

function readGood(): readonly SourceDocument[] {
	const documents: SourceDocument[] = [];
	yaml.loadAll(readFileSync(GOOD, "utf8"), (value) => documents.push({ value }), { schema: yaml.CORE_SCHEMA });
	return documents;
}

/** What is varied beside the objects. */
export interface Variation {
	readonly node: string;
	readonly version: number;
	readonly config: ProxyConfig | undefined;
}

/** Compiles everything, in both families, every third time twice, and checks what has to hold for whatever comes in. */
export function expectFuzzLaws(documents: readonly SourceDocument[], variation: Variation): void {
	const first = compileAll(documents, variation);
	expect(first.findings).toEqual([]);
	if (variation.version % 3 === 0) expect(compileAll(documents, variation).texts).toEqual(first.texts);
}

const UNSAFE = /[^\x20-\x7e\n]/;

function compileAll(documents: readonly SourceDocument[], { node, version, config }: Variation) {
	const kubeVersion = KUBE_VERSIONS[version % KUBE_VERSIONS.length] ?? "1.36";
	const read = readSnapshot([...documents, ...goodDocuments]);
	const messages = read.problems.map(printProblem);
	const texts: string[] = [...messages];
	const findings = messages.filter((message) => message.includes("\n") || UNSAFE.test(message));
	for (const family of ["ipv4", "ipv6"] as const) {
		const nodeIPs = [parseIP("192.0.2.11"), parseIP("2001:db8::11")].flatMap((ip) => ip ?? []);
		const options = { node, nodeIPs, family, kubeVersion, ...(config === undefined ? {} : { config }) };
		const { model } = buildModel(read.snapshot, options);
		backends.iptables((backend) => {
			const rules = backend.build(model);
			for (const part of backend.parts([rules])) {
				const text = part.print();
				const dialect = part.loader === undefined ? "save" : "restore";
				texts.push(text);
				findings.push(...refusedLines(text, { dialect, family }));
				if (!text.includes('"ok/good:http cluster IP"')) findings.push("the good Service is gone");
			}
			texts.push(JSON.stringify(backend.describe(rules, {})));
		});
		backends.ipvs((backend) => {
			const rules = backend.build(model);
			const parts = backend.parts([rules]);
			texts.push(...parts.map((part) => part.print()), JSON.stringify(backend.describe(rules, {})));
			findings.push(...parts.flatMap((part) => refusedIpvsLines(part.name, part.print())));
		});
	}
	return { texts, findings };
}
