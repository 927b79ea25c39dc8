import { describe, expect, it } from "vitest";
import { checkedProxy, environmentProxy } from "../../src/cluster/proxy.ts";

const SERVER = "https://api.example.com:6443";
const PROXY = "http://proxy.example:3128";

function proxyFor(server: string, environment: NodeJS.ProcessEnv): string | undefined {
	return environmentProxy(new URL(server), environment);
}

describe("the proxy of the environment", () => {
	it.each([
		["HTTPS_PROXY for https", SERVER, { HTTPS_PROXY: PROXY }, PROXY],
		["https_proxy too", SERVER, { https_proxy: PROXY }, PROXY],
		["upper case first", SERVER, { HTTPS_PROXY: PROXY, https_proxy: "http://other:1" }, PROXY],
		["HTTP_PROXY is not for https", SERVER, { HTTP_PROXY: PROXY }, undefined],
		["HTTP_PROXY for http", "http://api.example.com", { HTTP_PROXY: PROXY }, PROXY],
		["a proxy without a scheme is http", SERVER, { HTTPS_PROXY: "proxy.example:3128" }, PROXY],
		["never for localhost", "https://localhost:6443", { HTTPS_PROXY: PROXY }, undefined],
		["never for 127.0.0.1", "https://127.0.0.1:6443", { HTTPS_PROXY: PROXY }, undefined],
		["never for [::1]", "https://[::1]:6443", { HTTPS_PROXY: PROXY }, undefined],
		["an empty variable is none", SERVER, { HTTPS_PROXY: "" }, undefined],
	])("%s", (_, server, environment, expected) => {
		expect(proxyFor(server, environment)).toBe(expected);
	});

	it.each([
		["*", SERVER, false],
		["api.example.com", SERVER, false],
		["API.Example.com", SERVER, false],
		["example.com", SERVER, false],
		[".example.com", SERVER, false],
		["*.example.com", SERVER, false],
		[".api.example.com", SERVER, true],
		["ample.com", SERVER, true],
		["example.com:6443", SERVER, false],
		["example.com:443", SERVER, true],
		["other.example, example.com ,", SERVER, false],
		["10.0.0.0/8", "https://10.1.2.3:6443", false],
		["10.0.0.0/8", "https://11.1.2.3:6443", true],
		["10.1.2.3", "https://10.1.2.3:6443", false],
		["10.1.2.3:6443", "https://10.1.2.3:6443", false],
		["10.1.2.3:443", "https://10.1.2.3:6443", true],
		["10.1.2.3:443", "https://10.1.2.3", false],
		["2001:db8::/32", "https://[2001:db8::1]:6443", false],
		["2001:db8::1", "https://[2001:db8::1]:6443", false],
		["[2001:db8::1]:6443", "https://[2001:db8::1]:6443", false],
		["[2001:db8::1]:1", "https://[2001:db8::1]:6443", true],
		["10.0.0.0/8", SERVER, true],
	])("NO_PROXY=%s for %s", (exceptions, server, isUsed) => {
		expect(proxyFor(server, { HTTPS_PROXY: PROXY, NO_PROXY: exceptions })).toBe(isUsed ? PROXY : undefined);
		expect(proxyFor(server, { HTTPS_PROXY: PROXY, no_proxy: exceptions })).toBe(isUsed ? PROXY : undefined);
	});

	it("that is none is an error, which does not show it", () => {
		const bad = "ftp://jane:s3cret@proxy.example";
		expect(() => proxyFor(SERVER, { HTTPS_PROXY: bad })).toThrow(/^HTTPS_PROXY: expected the URL of a proxy/);
		expect(() => checkedProxy(bad, "here")).not.toThrow(/s3cret/);
	});
});
