/** A text of iptables-save, cut into lines that know their place. */
export type Lines = readonly Line[];

/** One line; `chain` is undefined for everything that is no rule. */
export interface Line {
	readonly table: string;
	readonly chain: string | undefined;
	readonly text: string;
}

/** Cuts a text into lines. */
export function linesOf(text: string): Lines {
	let table = "";
	return text.split("\n").map((line) => {
		if (line.startsWith("*")) table = line.slice(1);
		return { table, chain: /^-A (\S+)/.exec(line)?.[1], text: line };
	});
}

/** The opposite of `linesOf`. */
export function textOf(lines: Lines): string {
	return lines.map(({ text }) => text).join("\n");
}

/** Chains whose order kube-proxy chooses at random, service port by service port. */
const RANDOM = ["KUBE-SERVICES", "KUBE-NODEPORTS", "KUBE-EXTERNAL-SERVICES", "KUBE-PROXY-FIREWALL"];

const LAST = "must be the last rule in this chain";

/**
 * The text as another run of kube-proxy might have left it: in the chains that all Services share, the blocks of service
 * ports in another order, nothing inside a block, and what has to be last stays last.
 *
 * @param reorder puts the names of service ports in another order
 */
export function withBlocksReordered(text: string, reorder: (names: readonly string[]) => readonly string[]): string {
	const lines = linesOf(text);
	const places = new Set(lines.map(({ table, chain }) => `${table} ${chain}`));
	return textOf([...places].reduce((current, place) => reorderChain(current, place, reorder), lines));
}

function reorderChain(lines: Lines, place: string, reorder: (names: readonly string[]) => readonly string[]): Lines {
	const isMeant = ({ table, chain, text }: Line): boolean =>
		`${table} ${chain}` === place && RANDOM.includes(chain ?? "") && !text.includes(LAST);
	const own = lines.filter(isMeant);
	const names = [...new Set(own.map(({ text }) => servicePortIn(text)))];
	const rest = reorder(names).flatMap((name) => own.filter(({ text }) => servicePortIn(text) === name));
	let next = 0;
	return lines.map((line) => (isMeant(line) ? (rest[next++] ?? line) : line));
}

/** The first word of a rule's comment: kube-proxy begins it with the service port in the chains above. */
function servicePortIn(text: string): string {
	return /--comment "?([^ "]*)/.exec(text)?.[1] ?? "";
}
