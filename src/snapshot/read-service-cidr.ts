import { textsOf } from "../fields/addresses.ts";
import { type Fields, objectField, placeOf, report } from "../fields/fields.ts";
import { parseCIDR } from "../net/cidr.ts";
import { type Problem, problems } from "../problem.ts";
import { readMetadata } from "./metadata.ts";
import type { ServiceCIDR } from "./snapshot.ts";

const KIND = { kind: "ServiceCIDR", isNamespaced: false, nameForm: "subdomain" } as const;

/** Reads one ServiceCIDR. Undefined when it is broken; its problems are then in `found`. */
export function readServiceCIDR(value: Fields, source: string, found: Problem[]): ServiceCIDR | undefined {
	const opened = readMetadata(value, KIND, source, found);
	if (opened === undefined) return undefined;
	const { metadata, scope } = opened;
	const spec = objectField(scope, value, "spec", "");
	const cidrs = textsOf(scope, spec, "cidrs", "spec").flatMap(({ text, entry }) => {
		if (parseCIDR(text) !== undefined) return text;
		report(scope, problems.CIDR_SYNTAX(placeOf(scope, "spec", entry), text));
		return [];
	});
	return scope.isBroken ? undefined : { name: metadata.name, cidrs };
}
