import { parsePriority } from "./priority.ts";
import type { ChainHook, TableFamily } from "./table.ts";

/** Parses `type filter hook input priority filter; policy accept;`; undefined when it is something else. */
export function parseHook(family: TableFamily, text: string): ChainHook | undefined {
	const line = /^type (\w+) hook (\w+) (?:(devices? .+) )?priority ([^;]+?) ?;?(?: policy (accept|drop) ?;?)?$/.exec(
		text,
	);
	const [, type, hook, device, words = "", policy] = line ?? [];
	if (type === undefined || hook === undefined) return undefined;
	const priority = parsePriority(family, hook, words.split(" "));
	if (priority === undefined) return undefined;
	return { type, hook, device, priority, policy: policy === "accept" || policy === "drop" ? policy : undefined };
}
