import { Trouble } from "../../trouble.ts";
import type { PortFilter } from "./selector-argument.ts";

/**
 * Which service ports `-n` and `--service` leave; undefined when neither was given. A Service is written as kubectl and
 * cluster DNS write it: `web` or `svc/web` with `-n shop`, `shop/web`, `web.shop`, `web.shop.svc.cluster.local`; with a
 * port as rules write it, `shop/web:http`.
 */
export function servicePortFilter(options: {
	readonly namespace?: string | undefined;
	readonly service?: string | undefined;
}): PortFilter | undefined {
	const { namespace, service } = options;
	if (service === undefined) {
		return namespace === undefined ? undefined : (servicePort) => servicePort.startsWith(`${namespace}/`);
	}
	const wanted = servicePortName(service, namespace);
	return (servicePort) => servicePort === wanted || (!wanted.includes(":") && servicePort.startsWith(`${wanted}:`));
}

/** The name of a Service, or of one of its ports, that was given in one of these forms, as rules write it: `shop/web`, `shop/web:http`. */
export function servicePortName(given: string, namespace: string | undefined): string {
	const text = given.replace(/^(?:svc|services?)\//, "");
	const [, slashed, dotted, name] =
		/^(?:([a-z0-9-]+\/[a-z0-9.-]+(?::[a-z0-9-]*)?)|([a-z0-9-]+\.[a-z0-9-]+)(?:\.svc(?:\.[a-z0-9.-]+)?)?|([a-z0-9-]+(?::[a-z0-9-]*)?))$/.exec(
			text,
		) ?? [];
	if (name !== undefined && namespace === undefined) {
		throw new Trouble(`--service ${JSON.stringify(given)}: expected a namespace too: NAMESPACE/NAME, or -n NAMESPACE`);
	}
	const full =
		slashed ??
		(dotted === undefined ? undefined : dotted.split(".").reverse().join("/")) ??
		(name && `${namespace}/${name}`);
	if (full === undefined) {
		throw new Trouble(`--service: expected NAMESPACE/NAME or NAME.NAMESPACE, got ${JSON.stringify(given)}`);
	}
	if (namespace !== undefined && !full.startsWith(`${namespace}/`)) {
		throw new Trouble(`--service ${JSON.stringify(given)} is not in namespace ${JSON.stringify(namespace)}`);
	}
	return full;
}
