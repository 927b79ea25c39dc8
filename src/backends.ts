import type { Backend } from "./backend/backend.ts";
import { iptables } from "./backend/iptables/iptables.ts";
import { ipvs } from "./backend/ipvs/ipvs.ts";
import { nftables } from "./backend/nftables/nftables.ts";
import type { ProxyMode } from "./config/proxy-config.ts";

export { COUNTERS } from "./backend/iptables/counters.ts";

/** Runs `use` with a backend whose rule type stays hidden from the caller. */
export type WithBackend = <T>(use: <R>(backend: Backend<R>) => T) => T;

/**
 * Every backend, by proxy mode.
 *
 *     backends.iptables((backend) => backend.parts([backend.build(model)]))
 */
export const backends = {
	iptables: (use) => use(iptables),
	ipvs: (use) => use(ipvs),
	nftables: (use) => use(nftables),
} satisfies Record<ProxyMode, WithBackend>;
