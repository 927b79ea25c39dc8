import { booleanField, type Fields, isAbsent, objectField, type Scope, textField } from "../fields/fields.ts";
import type { Problem } from "../problem.ts";
import type { SnapshotHeader } from "./snapshot-header.ts";

/** Reads the header of a snapshot. Undefined when it is broken; its problems are then in `found`. */
export function readHeader(value: Fields, source: string, found: Problem[]): SnapshotHeader | undefined {
	const scope: Scope = { object: { kind: "Snapshot", source }, problems: found, isBroken: false };
	const { proxyConfig } = value;
	const header: SnapshotHeader = {
		takenAt: textField(scope, value, "takenAt", ""),
		server: textField(scope, value, "server", ""),
		context: textField(scope, value, "context", ""),
		serverVersion: textField(scope, value, "serverVersion", ""),
		svcnatVersion: textField(scope, value, "svcnatVersion", ""),
		resourceVersions: readVersions(scope, value),
		isAnonymized: booleanField(scope, value, "anonymized", "") ?? false,
		proxyConfig: isAbsent(proxyConfig) ? undefined : proxyConfig,
		source,
	};
	return scope.isBroken ? undefined : header;
}

function readVersions(scope: Scope, value: Fields): Readonly<Record<string, string>> {
	const versions = objectField(scope, value, "resourceVersions", "");
	const texts = Object.keys(versions).map(
		(resource) => [resource, textField(scope, versions, resource, "resourceVersions") ?? ""] as const,
	);
	return Object.fromEntries(texts);
}
