import { describe, expect, it, vi } from "vitest";
import { liveFacts, type ProxyFacts, versionFrom } from "../../src/cli/live/proxy-facts.ts";
import type { LiveCluster } from "../../src/cluster/live-cluster.ts";

const VOICE = { isQuiet: false, isVerbose: false, hasColor: false };

function node(name: string, nodeInfo: unknown): unknown {
	return { kind: "Node", apiVersion: "v1", metadata: { name }, status: { nodeInfo } };
}

/** Facts of a cluster with these objects. */
function factsOf(items: readonly unknown[], serverVersion?: string): ProxyFacts {
	const live: LiveCluster = {
		documents: [{ value: { kind: "List", apiVersion: "v1", items }, source: "nodes" }],
		proxyConfig: undefined,
		server: "https://192.0.2.1",
		context: "a",
		serverVersion,
		resourceVersions: {},
		notes: [],
	};
	return liveFacts(live);
}

/** The version, and what is said of it. */
function versionAndWords(facts: ProxyFacts, ...nodes: readonly (string | undefined)[]): readonly [string, string] {
	const words: string[] = [];
	const spy = vi.spyOn(process.stderr, "write").mockImplementation((text) => {
		words.push(String(text));
		return true;
	});
	try {
		return [versionFrom(facts, nodes, VOICE), words.join("")];
	} finally {
		spy.mockRestore();
	}
}

const NODES = [
	node("old", { kubeletVersion: "v1.32.9", kubeProxyVersion: "v1.31.4" }),
	node("new", { kubeletVersion: "v1.34.2-gke.1011", kubeProxyVersion: "" }),
	node("unknown", undefined),
];

describe("the version of kube-proxy", () => {
	it.each([
		["the Node's for kube-proxy", ["old"], "1.31", /^note: kube-proxy is taken for 1.31: Node old has v1.31.4/],
		[
			"the kubelet's where a server leaves kube-proxy's out",
			["new"],
			"1.34",
			/^note: .*: Node new has v1.34.2-gke.1011/,
		],
		["the first name's that is given", [undefined, " NEW ", "old"], "1.34", /Node new/],
		["the API server's when the Node does not say", ["unknown"], "1.33", /^note: .*: the API server has v1.33.0/],
		["the API server's when there are several Nodes", [undefined], "1.33", /the API server/],
	])("is %s", (_, nodes, version, words) => {
		const [found, said] = versionAndWords(factsOf(NODES, "v1.33.0"), ...nodes);
		expect(found).toBe(version);
		expect(said).toMatch(words);
	});

	it("is the only Node's when no name is given", () => {
		expect(versionAndWords(factsOf(NODES.slice(0, 1)))[0]).toBe("1.31");
	});

	it.each([
		["v1.29.3", "1.30"],
		["v1.41.0", "1.36"],
		["v2.0.0", "1.36"],
		["v0.9.0", "1.30"],
	])("%s is taken for %s, with a warning", (text, version) => {
		const [found, said] = versionAndWords(factsOf([node("a", { kubeletVersion: text })]), "a");
		expect(found).toBe(version);
		expect(said).toMatch(/^warning: kube-proxy is taken for 1\.\d+, the nearest that svcnat knows: Node a has v/);
	});

	it.each([undefined, "", "nonsense"])("is the newest when nobody says it (%j)", (serverVersion) => {
		const [found, said] = versionAndWords(factsOf([], serverVersion), "a");
		expect(found).toBe("1.36");
		expect(said).toBe("note: the version of kube-proxy is not known; 1.36 is assumed (--kube-version)\n");
	});
});
