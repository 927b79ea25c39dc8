import type { ServicePort } from "../../model/service-port.ts";
import type { NodeInFamily } from "../context.ts";

/** A service port in one family. */
export interface PortView {
	readonly node: NodeInFamily;
	readonly port: ServicePort;
	/** ` (IPv6)` behind the name of a service port that is there in both families; else empty. */
	readonly where: string;
}
