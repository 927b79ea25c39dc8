import { parseDocuments } from "../../src/cli/compile/parse-documents.ts";
import { printObjects } from "../../src/cli/output/print-objects.ts";
import { printProblem, type Snapshot, type SourceDocument } from "../../src/index.ts";
import { type SaveOptions, saveSnapshot } from "../../src/save/save-snapshot.ts";
import { readSnapshot } from "../../src/snapshot/read-snapshot.ts";

/**
 * A snapshot with what was said of it, both without regard to the order of the input. Numbers that JSON does not have are
 * told like texts, as which they are saved.
 */
export interface Read {
	readonly snapshot: Snapshot;
	/** Sorted; without where the object was. */
	readonly problems: readonly string[];
}

/** What svcnat reads. */
export function readSorted(documents: readonly SourceDocument[]): Read {
	const { snapshot, problems } = readSnapshot(documents);
	const lines = problems.map((problem) => {
		const { source: _place, ...object } = problem.object;
		const told = printProblem({ ...problem, object })
			.replace(/seen before \(.*\);/, "seen before;")
			.replace(/got "(-?Infinity|NaN)"/, "got $1");
		return `${problem.severity} ${problem.code} ${told}`;
	});
	return {
		snapshot: {
			services: sorted(snapshot.services),
			endpointSlices: sorted(snapshot.endpointSlices),
			nodes: sorted(snapshot.nodes),
			serviceCIDRs: sorted(snapshot.serviceCIDRs),
		},
		problems: lines.sort(),
	};
}

function sorted<T extends { readonly namespace?: string; readonly name: string }>(objects: readonly T[]): readonly T[] {
	const key = ({ namespace = "", name }: T): string => `${namespace}/${name}`;
	return [...objects].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** The text that `svcnat snapshot` writes. */
export function savedText(
	documents: readonly SourceDocument[],
	format: "json" | "yaml" = "yaml",
	options: Partial<SaveOptions> = {},
): string {
	return printObjects(saveSnapshot(documents, { header: {}, ...options }).objects, format);
}

/** What svcnat reads from a text. */
export function readText(text: string): Read {
	return readSorted(parseDocuments(text, "saved"));
}
