import type { Chain, Table } from "../../lang/nft/table.ts";

/** The endpoint (`ip:port`) that a set of clients stands for: the one of the chain that fills it, by table and set. */
export function endpointsBySet(tables: readonly Table[]): ReadonlyMap<string, string> {
	const endpoints = new Map<string, string>();
	for (const { family, name, chains } of tables) {
		for (const chain of chains) {
			const endpoint = destinationOf(chain);
			if (endpoint === undefined) continue;
			for (const set of setsFilledBy(chain)) endpoints.set(`${family} ${name} ${set}`, endpoint);
		}
	}
	return endpoints;
}

function destinationOf({ rules }: Chain): string | undefined {
	for (const { statements } of rules) {
		for (const statement of statements) if (statement.kind === "dnat") return statement.to;
	}
	return undefined;
}

function setsFilledBy({ rules }: Chain): readonly string[] {
	return rules.flatMap(({ statements }) =>
		statements.flatMap((statement) => (statement.kind === "update" ? statement.set : [])),
	);
}
