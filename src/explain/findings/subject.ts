import type { ServicePort } from "../../model/service-port.ts";
import type { EndpointSlice, Service } from "../../snapshot/snapshot.ts";
import type { NodeInFamily } from "../context.ts";
import type { Finding, FindingCode, Severity } from "../finding.ts";
import type { ClusterIndex } from "./cluster-index.ts";
import type { PortView } from "./port-view.ts";

/** A Service with everything that findings look at. */
export interface Subject {
	readonly service: Service;
	/** `shop/web`. */
	readonly name: string;
	/** Its service ports, family by family; none when it gives no rules. */
	readonly ports: readonly PortView[];
	/** Those that name it in their label, used or not. */
	readonly slices: readonly EndpointSlice[];
	readonly index: ClusterIndex;
}

/** A Service as findings look at it. */
export function subjectOf(index: ClusterIndex, service: Service): Subject {
	const name = `${service.namespace}/${service.name}`;
	return { service, name, ports: index.ports.get(name) ?? [], slices: index.slices.get(name) ?? [], index };
}

/** Looks for one kind of finding in a Service. */
export type Finder = (subject: Subject) => readonly Finding[];

/** Looks for one kind of finding in a service port. */
export type PortFinder = (view: PortView, subject: Subject) => readonly Finding[];

/** Looks for findings about the node, as far as they matter for some Services. */
export type NodeFinder = (node: NodeInFamily, subjects: readonly Subject[]) => readonly Finding[];

/** A finding about a service port, or about something larger. */
export function finding(code: FindingCode, severity: Severity, message: string, port?: ServicePort): Finding {
	return { code, severity, servicePort: port?.name, message };
}
