import { printDuration } from "./duration.ts";
import { inListedOrder } from "./element-order.ts";
import { elementText } from "./print-element.ts";
import { ruleText } from "./print-rule.ts";
import { printPriority } from "./priority.ts";
import { quote } from "./quote.ts";
import type { Chain, NamedSet, Table } from "./table.ts";

/**
 * Tables as `nft -s list table` 1.0.6 shows them: sets and maps first, then chains, each in the order of creation.
 *
 * Source: spec section 12.5.
 */
export function printListing(tables: readonly Table[]): string {
	return tables.map(printTable).join("");
}

function printTable(table: Table): string {
	const { family, name, comment, unknown, sets, chains } = table;
	const head = [...(comment === undefined ? [] : [`comment ${quote(comment)}`])].map((line) => `\t${line}\n`);
	const blocks = [
		...unknown.map((text) => `\t${text}\n`),
		...sets.map(printSet),
		...chains.map((chain) => printChain(chain, table)),
	];
	return `table ${family} ${name} {\n${head.join("")}${blocks.join("\n")}}\n`;
}

function printSet(set: NamedSet): string {
	const { kind, name, keyTypes, valueType, size, flags, timeoutSeconds, comment, unknown, elements } = set;
	const type = `${keyTypes.join(" . ")}${valueType === undefined ? "" : ` : ${valueType}`}`;
	const lines = [
		...(keyTypes.length === 0 ? [] : [`type ${type}`]),
		...(size === undefined ? [] : [`size ${size}`]),
		...(isShown(set) ? [`flags ${flags.join(",")}`] : []),
		...(timeoutSeconds === undefined ? [] : [`timeout ${printDuration(timeoutSeconds)}`]),
		...unknown,
		...(comment === undefined ? [] : [`comment ${quote(comment)}`]),
		...(elements.length === 0 ? [] : [elementLines(set)]),
	];
	return block(`${kind} ${name}`, lines);
}

/** That elements have a time is not said again where the time is. */
function isShown({ flags, timeoutSeconds }: NamedSet): boolean {
	return flags.length > 0 && (flags.join() !== "timeout" || timeoutSeconds === undefined);
}

/** Where elements go on after a line is full. */
const CONTINUATION = ",\n\t\t\t     ";

function elementLines({ keyTypes, elements }: NamedSet): string {
	const texts = inListedOrder(elements).map((element) => elementText(element, "listing"));
	const perLine = keyTypes.join() === "ipv4_addr" ? 2 : 1;
	const lines = Array.from({ length: Math.ceil(texts.length / perLine) }, (_, index) =>
		texts.slice(index * perLine, (index + 1) * perLine).join(", "),
	);
	return `elements = { ${lines.join(CONTINUATION)} }`;
}

function printChain({ name, comment, hook, rules }: Chain, { family }: Table): string {
	const lines = [...(comment === undefined ? [] : [`comment ${quote(comment)}`])];
	if (hook !== undefined) {
		const where = hook.device === undefined ? hook.hook : `${hook.hook} ${hook.device}`;
		const priority = printPriority(family, hook);
		lines.push(`type ${hook.type} hook ${where} priority ${priority}; policy ${hook.policy ?? "accept"};`);
	}
	for (const rule of rules) lines.push(ruleText(rule, "listing"));
	return block(`chain ${name}`, lines);
}

function block(head: string, lines: readonly string[]): string {
	return `\t${head} {\n${lines.map((line) => `\t\t${line}\n`).join("")}\t}\n`;
}
