import { describe, expect, it } from "vitest";
import { findAccess } from "../../src/cluster/access.ts";
import { readLiveCluster } from "../../src/cluster/read-live-cluster.ts";
import { withoutSecrets } from "../../src/cluster/secrets.ts";
import { kubeconfigOf, writeKubeconfig } from "../support/api-server/kubeconfig.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";

function accessTo(server: string) {
	const kubeconfig = writeKubeconfig(temporaryDirectory(), kubeconfigOf({ cluster: { server }, user: {} }));
	return findAccess({ kubeconfig }, {});
}

describe("the URL of a server", () => {
	it.each([
		"http://U:s3cret@192.0.2.1:80/base",
		"https://U:s3cret@192.0.2.1",
		"https://s3cret@192.0.2.1",
	])("has no user name and password: those of %s are not used", (url) => {
		const { server, warnings } = accessTo(url);
		expect(server.href).not.toMatch(/U:|s3cret/);
		expect(server.host).toBe("192.0.2.1");
		expect(warnings).toEqual([expect.stringMatching(/test-cluster: server: the user name and password .* not used$/)]);
		expect(warnings.join()).not.toMatch(/s3cret/);
	});

	it.each(["https://192.0.2.1/path?x=y", "https://192.0.2.1?", "https://192.0.2.1/#a"])("is not %s", (url) => {
		expect(() => accessTo(url)).toThrow(/test-cluster: server: expected a URL without \? and #$/);
	});

	it("gives no warning when there is nothing to say", () => {
		expect(accessTo("https://192.0.2.1:6443/base/").warnings).toEqual([]);
	});
});

describe("an auth provider", () => {
	it("that there is not is an error", async () => {
		const user = { "auth-provider": { name: "acme", config: { token: "s3cret" } } };
		const config = kubeconfigOf({ cluster: { server: "https://127.0.0.1:1" }, user });
		const kubeconfig = writeKubeconfig(temporaryDirectory(), config);
		await expect(readLiveCluster({ kubeconfig })).rejects.toThrow(
			/^user test-user: auth-provider: there is no "acme"; expected one of azure, gcp, oidc, or exec instead$/,
		);
	});
});

describe("what was sent to a server", () => {
	it.each([
		[
			"a token",
			{ headers: { Authorization: "Bearer abc.def" } },
			"got Bearer abc.def, abc.def",
			"got [secret], [secret]",
		],
		["a password", { auth: "jane:pass" }, "jane:pass, pass of jane", "[secret], [secret] of jane"],
		["its form in the header", { auth: "jane:pass" }, "Basic amFuZTpwYXNz amFuZTpwYXNz", "[secret] [secret]"],
		["nothing", {}, "Bearer abc", "Bearer abc"],
	])("is not shown: %s", (_, options, text, shown) => {
		expect(withoutSecrets(text, options)).toBe(shown);
	});
});
