import type { Model } from "../../model/model.ts";
import { conntrackSysctls, type Sysctl } from "../sysctl.ts";

/**
 * The settings that kube-proxy writes at start, in its order; the same in both families. `conn_reuse_mode` is written
 * on kernels before 5.9 only, and not here.
 *
 * Source: IPVS spec, section 3.
 */
export function sysctls({ config }: Model): readonly Sysctl[] {
	return [
		{ name: "net.ipv4.vs.conntrack", value: 1 },
		{ name: "net.ipv4.vs.expire_nodest_conn", value: 1 },
		{ name: "net.ipv4.vs.expire_quiescent_template", value: 1 },
		{ name: "net.ipv4.ip_forward", value: 1 },
		...(config.ipvs.hasStrictARP ? STRICT_ARP : []),
		...conntrackSysctls(config),
	];
}

const STRICT_ARP: readonly Sysctl[] = [
	{ name: "net.ipv4.conf.all.arp_ignore", value: 1 },
	{ name: "net.ipv4.conf.all.arp_announce", value: 2 },
];
