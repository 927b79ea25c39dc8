import { describe, expect, it } from "vitest";
import { compareModes } from "../../src/diff/compare-modes.ts";
import type { ServiceDifference } from "../../src/diff/service-differences.ts";
import { type ReadCase, readCase } from "../support/compile-case.ts";
import { compiledState, FAMILIES } from "../support/ipvs-diff-states.ts";
import { oracleCases } from "../support/oracle.ts";

/** From iptables to IPVS, with external policy Local and no local endpoint: endpoints elsewhere are used. */
const FALLBACK: Readonly<Record<string, readonly string[]>> = {
	"30-external-ips-local ipv4": [
		"shop/legacy-remote:http external IP 198.51.100.34:8000/tcp",
		"shop/legacy-remote:http node port 30801/tcp",
	],
	"32-external-local-remote-only ipv4": [
		"ingress/edge:http load-balancer IP 203.0.113.40:80/tcp",
		"ingress/edge:http node port 31080/tcp",
	],
	"35-both-local ipv4": [
		"ingress/gate-away:https load-balancer IP 203.0.113.62:443/tcp",
		"ingress/gate-away:https node port 31444/tcp",
		"ingress/gate-away:https cluster IP 10.96.61.2:443/tcp",
	],
	"37-health-check-node-port ipv4": [
		"ingress/edge-away:http load-balancer IP 203.0.113.41:80/tcp",
		"ingress/edge-away:http node port 31081/tcp",
	],
	"42-terminating-local-policy ipv4": [
		"roll/local-dead:http load-balancer IP 203.0.113.73:80/tcp",
		"roll/local-dead:http node port 30713/tcp",
	],
	"104-nothing-local-on-a-fresh-node ipv4": [
		"ingress/edge:h3 load-balancer IP 203.0.113.40:443/udp",
		"ingress/edge:h3 node port 31443/udp",
		"ingress/edge:http load-balancer IP 203.0.113.40:80/tcp",
		"ingress/edge:http node port 31080/tcp",
	],
};

/** The node has no address of this family: iptables has the rule all the same. */
const NO_ADDRESS: Readonly<Record<string, readonly string[]>> = {
	"104-nothing-local-on-a-fresh-node ipv6": ["shop/web:http node port 30080/tcp"],
};

/** Internal policy Local, no local endpoint, not reachable from outside: a virtual server without real servers refuses. */
const REFUSED: Readonly<Record<string, readonly string[]>> = {
	"34-internal-local ipv4": ["obs/agent-away:otlp cluster IP 10.96.60.2:4317/tcp"],
	"43-terminating-internal-local ipv4": ["roll/b:http cluster IP 10.96.72.2:80/tcp"],
	...Object.fromEntries(
		[
			"71-config-detect-node-cidr",
			"72-config-detect-bridge",
			"73-config-detect-prefix",
			"74-config-no-cluster-cidr",
			"75-config-cluster-cidr-v4-only",
			"76-config-masquerade-all",
			"77-config-masquerade-bit",
			"78-config-nodeport-addresses-cidr",
			"79-config-nodeport-addresses-primary",
			"80-config-nodeport-addresses-mixed",
			"81-config-nodeport-addresses-all",
			"82-config-localhost-nodeports-off",
			"83-config-conntrack-be-liberal",
			"84-config-everything-at-once",
			"104-nothing-local-on-a-fresh-node",
		].map((name) => [`${name} ipv4`, ["obs/agent:otlp cluster IP 10.96.60.1:4317/tcp"]]),
	),
};

describe("from iptables to IPVS, clients notice what docs/modes.md lists and nothing else", () => {
	it.for(oracleCases().map(readCase))("$case.name", (read) => {
		for (const family of FAMILIES) {
			const label = `${read.case.name} ${family}`;
			const told = changesOf(modes(read, "iptables", "ipvs", family));
			const expected = [
				...(FALLBACK[label] ?? []).map((name) => `${name}: dropped -> forwarded`),
				...(REFUSED[label] ?? []).map((name) => `${name}: dropped -> rejected`),
				...(NO_ADDRESS[label] ?? []),
			];
			expect(told.filter((change) => !change.includes("endpoint-added")).sort()).toEqual(expected.sort());
			expect(told.some((change) => change.includes("endpoint-added"))).toBe(label in FALLBACK);
		}
	});
});

describe("from IPVS to iptables, clients notice the same the other way round", () => {
	it.for(oracleCases().map(readCase))("$case.name", (read) => {
		for (const family of FAMILIES) {
			const [there, back] = [modes(read, "iptables", "ipvs", family), modes(read, "ipvs", "iptables", family)];
			expect(back.map(({ servicePort }) => servicePort)).toEqual(there.map(({ servicePort }) => servicePort));
			expect(back.map(({ changes }) => changes.length)).toEqual(there.map(({ changes }) => changes.length));
		}
	});
});

function modes(
	read: ReadCase,
	from: "iptables" | "ipvs",
	to: "iptables" | "ipvs",
	family: (typeof FAMILIES)[number],
): readonly ServiceDifference[] {
	const { equal, services } = compareModes(compiledState(read, from, family), compiledState(read, to, family));
	expect(equal).toBe(services.length === 0);
	return services;
}

/** `shop/web:http 10.96.0.1:80: dropped -> forwarded`; of endpoints the kind instead. */
function changesOf(services: readonly ServiceDifference[]): readonly string[] {
	return services.flatMap(({ servicePort, changes }) =>
		changes.map(({ kind, detail }) => `${servicePort} ${kind === "endpoint-added" ? `${kind} ` : ""}${detail}`),
	);
}
