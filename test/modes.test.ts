import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { modelOfCase, readCase } from "./support/compile-case.ts";
import { oracleCases } from "./support/oracle.ts";
import { iptablesPairs, ipvsPairs, nftablesPairs } from "./support/pairs.ts";

/** What one mode serves and the other does not. `docs/modes.md` explains each reason. */
interface Difference {
	readonly onlyIptables: readonly string[];
	readonly onlyIpvs: readonly string[];
	readonly reason: string;
}

const FALLBACK = "policy Local without a local endpoint: iptables drops, IPVS uses endpoints elsewhere";
const NO_ADDRESS =
	"the node has no address of this family: iptables has the rule all the same, IPVS has nothing to serve on";

/** Pairs that only IPVS has, because it falls back. */
function fallback(...onlyIpvs: readonly string[]): Difference {
	return { onlyIptables: [], onlyIpvs, reason: FALLBACK };
}

const DIFFERENCES: Readonly<Record<string, Difference>> = {
	"30-external-ips-local ipv4": fallback(
		"tcp 198.51.100.34:8000 -> 10.244.3.21:8000",
		"tcp node:30801 -> 10.244.3.21:8000",
	),
	"32-external-local-remote-only ipv4": fallback(
		"tcp 203.0.113.40:80 -> 10.244.2.12:8080",
		"tcp 203.0.113.40:80 -> 10.244.3.13:8080",
		"tcp node:31080 -> 10.244.2.12:8080",
		"tcp node:31080 -> 10.244.3.13:8080",
	),
	"35-both-local ipv4": fallback(
		"tcp 10.96.61.2:443 -> 10.244.2.81:8443",
		"tcp 203.0.113.62:443 -> 10.244.2.81:8443",
		"tcp node:31444 -> 10.244.2.81:8443",
	),
	"37-health-check-node-port ipv4": fallback(
		"tcp 203.0.113.41:80 -> 10.244.2.14:8080",
		"tcp node:31081 -> 10.244.2.14:8080",
	),
	"42-terminating-local-policy ipv4": fallback(
		"tcp 203.0.113.73:80 -> 10.244.2.46:8080",
		"tcp node:30713 -> 10.244.2.46:8080",
	),
	"104-nothing-local-on-a-fresh-node ipv4": fallback(
		"tcp 203.0.113.40:80 -> 10.244.1.11:8080",
		"tcp 203.0.113.40:80 -> 10.244.2.12:8080",
		"tcp 203.0.113.40:80 -> 10.244.3.13:8080",
		"tcp node:31080 -> 10.244.1.11:8080",
		"tcp node:31080 -> 10.244.2.12:8080",
		"tcp node:31080 -> 10.244.3.13:8080",
		"udp 203.0.113.40:443 -> 10.244.1.11:8443",
		"udp 203.0.113.40:443 -> 10.244.2.12:8443",
		"udp 203.0.113.40:443 -> 10.244.3.13:8443",
		"udp node:31443 -> 10.244.1.11:8443",
		"udp node:31443 -> 10.244.2.12:8443",
		"udp node:31443 -> 10.244.3.13:8443",
	),
	"104-nothing-local-on-a-fresh-node ipv6": {
		onlyIptables: ["tcp node:30080 -> [fd00:10:244:1::5]:8080"],
		onlyIpvs: [],
		reason: NO_ADDRESS,
	},
};

let pairs = 0;
const compared = new Set<string>();

const NONE = { onlyIptables: [], onlyIpvs: [] };

describe("IPVS serves what iptables serves", () => {
	for (const oracleCase of oracleCases()) {
		const read = readCase(oracleCase);
		for (const family of ["ipv4", "ipv6"] as const) {
			const label = `${oracleCase.name} ${family}`;
			it(label, () => {
				const model = modelOfCase(read, "1.36", family);
				if (model === undefined) throw new Error("the configuration is refused");
				const [iptables, ipvs] = [iptablesPairs(model), ipvsPairs(model)];
				pairs += iptables.size;
				compared.add(label);
				const found = {
					onlyIptables: [...iptables].filter((pair) => !ipvs.has(pair)).sort(),
					onlyIpvs: [...ipvs].filter((pair) => !iptables.has(pair)).sort(),
				};
				const { onlyIptables, onlyIpvs } = DIFFERENCES[label] ?? NONE;
				expect(found).toEqual({ onlyIptables, onlyIpvs });
			});
		}
	}

	it("and docs/modes.md names the cases of every listed difference, and no other", () => {
		const page = readFileSync(new URL("../docs/modes.md", import.meta.url), "utf8");
		const rows = {
			[FALLBACK]: /^\| Policy Local, no local endpoint .*\| ([\d, ]+) \|$/m,
			[NO_ADDRESS]: /^\| Node port on a node without an address.*\| ([\d, ]+) \|$/m,
		};
		for (const [reason, row] of Object.entries(rows)) {
			const listed = Object.entries(DIFFERENCES).filter(([, difference]) => difference.reason === reason);
			const numbers = new Set(listed.map(([label]) => label.split("-")[0]));
			expect(new Set(row.exec(page)?.[1]?.split(", "))).toEqual(numbers);
		}
		expect(Object.keys(DIFFERENCES).filter((label) => !compared.has(label))).toEqual([]);
		expect(pairs).toBeGreaterThan(1000);
	});
});

let nftablesCompared = 0;

describe("the nftables mode serves what the iptables mode serves", () => {
	for (const oracleCase of oracleCases()) {
		const read = readCase(oracleCase);
		it.each(["ipv4", "ipv6"] as const)(`${oracleCase.name} %s`, (family) => {
			const model = modelOfCase(read, "1.36", family);
			const own = modelOfCase(read, "1.36", family, undefined, "nftables");
			if (model === undefined || own === undefined) throw new Error("the configuration is refused");
			const nftables = nftablesPairs(own);
			expect([...nftables].sort()).toEqual([...iptablesPairs(model)].sort());
			nftablesCompared += nftables.size;
		});
	}

	it("without exception, in more than 1000 pairs of address and endpoint", () => {
		expect(nftablesCompared).toBeGreaterThan(1000);
	});
});
