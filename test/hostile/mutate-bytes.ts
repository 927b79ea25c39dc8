import fc from "fast-check";

/** One change of the bytes of a text. */
export interface ByteMutation {
	readonly at: number;
	readonly length: number;
	readonly kind: "insert" | "delete" | "copy" | "flip" | "cut";
	readonly snippet: string;
}

/** What means something in YAML, JSON, rules or terminals. */
const SNIPPETS = [
	..."{}[]\"':,-?&*!|>%@`#~\n\t\\ \0\r\u001b0e",
	"\n---\n",
	"\n...\n",
	"&a ",
	"*a",
	"<<: *a",
	"!!binary ",
	"!!js/function ",
	"? ",
	"- - - ",
	"\n-A INPUT -j ACCEPT\n",
	"null",
	"true",
	"1e999",
	"-.inf",
	"0x50",
	"\ufeff",
	"\u2028",
	"__proto__: ",
	'"kind":"List",',
	"{{{{",
];

/** Changes, a few at a time. */
export const byteMutations: fc.Arbitrary<readonly ByteMutation[]> = fc.array(
	fc.record({
		at: fc.nat(),
		length: fc.nat({ max: 40 }),
		kind: fc.constantFrom("insert", "insert", "insert", "delete", "delete", "copy", "flip", "cut"),
		snippet: fc.constantFrom(...SNIPPETS),
	}),
	{ minLength: 1, maxLength: 6 },
);

/** The bytes of a text with every change made. */
export function mutateBytes(text: string, changes: readonly ByteMutation[]): Buffer {
	return changes.reduce<Buffer>((bytes, change) => mutated(bytes, change), Buffer.from(text));
}

function mutated(bytes: Buffer, { at: wanted, length, kind, snippet }: ByteMutation): Buffer {
	const at = wanted % (bytes.length + 1);
	const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
	switch (kind) {
		case "insert":
			return Buffer.concat([before, Buffer.from(snippet), after]);
		case "delete":
			return Buffer.concat([before, after.subarray(length)]);
		case "copy":
			return Buffer.concat([before, after.subarray(0, length), after]);
		case "cut":
			return length < 5 ? before : bytes;
		default:
			return Buffer.concat([before, Buffer.from([(after[0] ?? 0) ^ (1 << (length % 8))]), after.subarray(1)]);
	}
}
