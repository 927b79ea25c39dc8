import { list } from "../../diff/words.ts";
import { findService } from "../../explain/find-service.ts";
import { portText } from "../../explain/words.ts";
import type { Service } from "../../snapshot/snapshot.ts";
import { Trouble } from "../../trouble.ts";
import type { PortFilter } from "./selector-argument.ts";
import { servicePortName } from "./service-argument.ts";

/** The options that narrow to some Services. */
interface Narrowed {
	readonly namespace?: string | undefined;
	readonly service?: string | undefined;
	readonly selector?: string | undefined;
}

/**
 * Refuses what no Service of the input fits, since "nothing changes" would be no answer: a name that nobody has is mostly misspelt.
 *
 * @param isWanted the service ports that the options leave
 */
export function checkAnyService(asked: Narrowed, services: readonly Service[], isWanted: PortFilter): void {
	const names = services.flatMap(({ namespace, name, ports }) =>
		ports.map((port) => `${namespace}/${name}${port.name === "" ? "" : `:${port.name}`}`),
	);
	if (names.some(isWanted)) return;
	throw new Trouble(unknownService(asked, services) ?? unknownNamespace(asked, services) ?? withoutPort(asked));
}

function unknownService({ service, namespace }: Narrowed, services: readonly Service[]): string | undefined {
	if (service === undefined) return undefined;
	const [full = "", port] = servicePortName(service, namespace).split(":");
	const [inNamespace, name = ""] = full.split("/");
	const found = findService(services, { kind: "service", namespace: inNamespace, name, port: undefined });
	const given = `--service ${JSON.stringify(service)}`;
	if ("message" in found) return `${given}: ${found.message}; expected NAMESPACE/NAME, NAME.NAMESPACE, or NAME with -n`;
	const { ports } = found.service;
	if (port === undefined || ports.some((one) => one.name === port)) return undefined;
	const known = list(ports.map((one) => portText(one.port, one.protocol, one.name)));
	return `${given}: Service ${full} has no port of the name ${JSON.stringify(port)}; its ports: ${known || "none"}`;
}

function unknownNamespace({ namespace }: Narrowed, services: readonly Service[]): string | undefined {
	if (namespace === undefined || services.some((service) => service.namespace === namespace)) return undefined;
	const namespaces = list([...new Set(services.map((service) => service.namespace))].sort());
	const known = namespaces === "" ? "there is none at all" : `namespaces with Services: ${namespaces}`;
	return `-n ${JSON.stringify(namespace)}: there is no Service in this namespace; ${known}`;
}

function withoutPort({ namespace, service, selector }: Narrowed): string {
	const given = [
		service === undefined ? [] : `--service ${JSON.stringify(service)}`,
		namespace === undefined ? [] : `-n ${JSON.stringify(namespace)}`,
		selector === undefined ? [] : `-l ${JSON.stringify(selector)}`,
	];
	return `${given.flat().join(" ")}: no Service with a port fits`;
}
