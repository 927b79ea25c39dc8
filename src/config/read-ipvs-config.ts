import { cidrListField } from "../fields/addresses.ts";
import {
	booleanField,
	type Fields,
	isUnset,
	objectField,
	placeOf,
	reject,
	type Scope,
	textField,
} from "../fields/fields.ts";
import { problems } from "../problem.ts";
import type { IpvsConfig } from "./proxy-config.ts";

/** Reads the section `ipvs`. Source: IPVS spec, section 2.1. */
export function readIpvs(scope: Scope, fields: Fields): IpvsConfig {
	const section = objectField(scope, fields, "ipvs", "");
	const before = scope.problems.length;
	const excludeCIDRs = cidrListField(scope, section, "excludeCIDRs", "ipvs");
	if (scope.problems.length > before) scope.isBroken = true;
	return {
		scheduler: readScheduler(scope, section),
		hasStrictARP: booleanField(scope, section, "strictARP", "ipvs") ?? false,
		excludeCIDRs,
		tcpTimeoutSeconds: durationField(scope, section, "tcpTimeout"),
		tcpFinTimeoutSeconds: durationField(scope, section, "tcpFinTimeout"),
		udpTimeoutSeconds: durationField(scope, section, "udpTimeout"),
	};
}

/** The name goes into texts as it stands; the kernel has room for 15 characters. */
function readScheduler(scope: Scope, section: Fields): string {
	const name = textField(scope, section, "scheduler", "ipvs") ?? "";
	if (name === "") return "rr";
	if (/^[a-z0-9_][a-z0-9_-]{0,14}$/.test(name)) return name;
	reject(
		scope,
		problems.NAME_SYNTAX(
			placeOf(scope, "ipvs", "scheduler"),
			"1-15 characters of a-z, 0-9, _ and -, not - first",
			name,
		),
	);
	return "rr";
}

const UNIT_SECONDS: Readonly<Record<string, number>> = {
	h: 3600,
	m: 60,
	s: 1,
	ms: 0.001,
	us: 1e-6,
	µs: 1e-6,
	ns: 1e-9,
};

/** What the kernel takes. */
const MOST_SECONDS = 2 ** 31 - 1;

/** A duration as Go writes it (`15m0s`, `1h30m`), in whole seconds. */
function durationField(scope: Scope, section: Fields, key: string): number {
	const value = section[key];
	if (isUnset(value) || value === "" || value === "0") return 0;
	const parts = typeof value === "string" ? [...value.matchAll(/(\d{1,9}(?:\.\d{1,9})?)(h|ms|m|s|us|µs|ns)/gy)] : [];
	const isWhole = parts.length > 0 && parts.map(([part]) => part).join("") === value;
	const seconds = parts.reduce((sum, [, count, unit = "s"]) => sum + Number(count) * (UNIT_SECONDS[unit] ?? 0), 0);
	if (isWhole && seconds <= MOST_SECONDS) return Math.floor(seconds);
	reject(
		scope,
		problems.FIELD_VALUE(placeOf(scope, "ipvs", key), "a duration such as 15m or 90s, not negative", value),
	);
	return 0;
}
