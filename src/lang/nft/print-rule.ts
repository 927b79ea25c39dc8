import { unreachable } from "../../unreachable.ts";
import type { Dialect } from "./dialect.ts";
import { listedIP } from "./members.ts";
import { expressionText, markText, matchText } from "./print-expression.ts";
import { quote } from "./quote.ts";
import type { DnatMap, Statement, Verdict } from "./statement.ts";
import type { Rule } from "./table.ts";

/** A rule as it stands behind the name of its chain, comment included. Source: spec sections 6 to 8 and 12.5. */
export function ruleText({ statements, comment }: Rule, dialect: Dialect): string {
	const text = statements.map((statement) => statementText(statement, dialect)).join(" ");
	return comment === undefined ? text : `${text} comment ${quote(comment)}`;
}

/** `drop`, `goto CHAIN`. */
export function verdictText(verdict: Verdict): string {
	return "chain" in verdict ? `${verdict.kind} ${verdict.chain}` : verdict.kind;
}

function statementText(statement: Statement, dialect: Dialect): string {
	switch (statement.kind) {
		case "match":
			return matchText(statement, dialect);
		case "verdict":
			return verdictText(statement.verdict);
		case "vmap":
			return `${expressionText(statement.key, dialect)} vmap ${mapText(statement.map, dialect)}`;
		case "set-mark":
			return `${markText(dialect)} set ${expressionText(statement.value, dialect)}`;
		case "counter":
			return "counter";
		case "update":
			return `update @${statement.set} { ${expressionText(statement.key, dialect)} }`;
		case "reject":
			return ["reject", ...statement.with].join(" ");
		case "masquerade":
			return statement.flags.length === 0 ? "masquerade" : `masquerade ${statement.flags.join(",")}`;
		case "dnat":
			return `dnat to ${dialect === "listing" ? listedDestination(statement.to) : statement.to}`;
		case "dnat-map":
			return dnatMapText(statement, dialect);
		case "unknown":
			return statement.text;
		default:
			return unreachable(statement);
	}
}

function listedDestination(to: string): string {
	const [, ip = "", port = ""] = /^\[(.+)\](:\d+)$/.exec(to) ?? [];
	return ip === "" ? to : `[${listedIP(ip)}]${port}`;
}

function mapText(map: Extract<Statement, { readonly kind: "vmap" }>["map"], dialect: Dialect): string {
	if (typeof map === "string") return `@${map}`;
	return bracedText(
		map.map(({ key, verdict }) => `${key} : ${verdictText(verdict)}`),
		dialect,
	);
}

/** nft 1.0.6 does not show that the map gives addresses and ports. */
function dnatMapText({ family, key, entries }: DnatMap, dialect: Dialect): string {
	const shown = dialect === "listing" ? listedIP : (ip: string) => ip;
	const texts = entries.map((entry) => `${entry.key} : ${shown(entry.ip)} . ${entry.port}`);
	const what = dialect === "listing" ? family : `${family} addr . port`;
	return `dnat ${what} to ${expressionText(key, dialect)} map ${bracedText(texts, dialect)}`;
}

function bracedText(texts: readonly string[], dialect: Dialect): string {
	return `{ ${texts.join(dialect === "listing" ? ", " : " , ")} }`;
}
