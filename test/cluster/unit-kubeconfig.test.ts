import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { impersonatedBy, impersonationHeaders } from "../../src/cluster/impersonate.ts";
import { kubeconfigPlaces, readKubeconfig } from "../../src/cluster/kubeconfig.ts";

const FIRST = `
users:
- { name: jane, user: { tokenFile: tokens/jane, exec: { command: ./bin/plugin } } }
clusters:
- { name: kind, cluster: { server: "https://one", certificate-authority: ca.crt } }
`;

const SECOND = `
current-context: second
users:
- { name: jane, user: { token: of-the-second, client-key: key } }
- { name: joe, user: { client-certificate: /abs/cert, client-key: ../key, exec: { command: aws } } }
contexts:
- { name: second, context: { cluster: kind, user: joe } }
`;

describe("where a kubeconfig is looked for", () => {
	it.each([
		["the option", "given", { KUBECONFIG: "/a", HOME: "/h" }, ["given"], true],
		["$KUBECONFIG", undefined, { KUBECONFIG: "/a::/b", HOME: "/h" }, ["/a", "/b"], false],
		["the home folder", undefined, { KUBECONFIG: "", HOME: "/h" }, ["/h/.kube/config"], false],
	])("%s", (_, given, environment, files, isRequired) => {
		expect(kubeconfigPlaces(given, environment)).toEqual({ files, isRequired });
	});
});

describe("several files", () => {
	const folder = mkdtempSync(join(tmpdir(), "svcnat-test-"));
	const one = join(folder, "one");
	const two = join(folder, "sub", "two");
	mkdirSync(join(folder, "sub"));
	writeFileSync(one, FIRST);
	writeFileSync(two, SECOND);
	const read = readKubeconfig({ files: [one, join(folder, "missing"), two], isRequired: false });
	afterAll(() => rmSync(folder, { recursive: true, force: true }));

	it("give the first entry of a name as a whole, and the first current context", () => {
		expect(read.currentContext).toBe("second");
		expect(read.users.get("jane")).toEqual({
			tokenFile: join(folder, "tokens/jane"),
			exec: { command: join(folder, "bin/plugin") },
		});
		expect(read.contexts.get("second")).toEqual({ cluster: "kind", user: "joe" });
	});

	it("have paths relative to the file in which they stand, commands only with a slash", () => {
		expect(read.clusters.get("kind")?.["certificate-authority"]).toBe(join(folder, "ca.crt"));
		expect(read.users.get("joe")).toEqual({
			"client-certificate": "/abs/cert",
			"client-key": join(folder, "key"),
			exec: { command: "aws" },
		});
	});

	it("that are no YAML are told with the place, and without their text", () => {
		const broken = join(folder, "broken");
		writeFileSync(broken, "users:\n- name: x\n  user: { token: s3cret\n  password: [\n");
		const reading = (): unknown => readKubeconfig({ files: [broken], isRequired: true });
		expect(reading).toThrow(/broken:\d+:\d+: expected a kubeconfig, found no valid YAML$/);
	});
});

describe("acting as somebody else", () => {
	const headersOf = (...given: Parameters<typeof impersonatedBy>) => impersonationHeaders(impersonatedBy(...given));

	it("takes the options before the kubeconfig", () => {
		const user = { as: "kim", "as-groups": ["a", "b"], "as-uid": "7", "as-user-extra": { "x/y": ["1"] } };
		expect(headersOf(user, {})).toEqual({
			"Impersonate-User": "kim",
			"Impersonate-Group": ["a", "b"],
			"Impersonate-Uid": "7",
			"Impersonate-Extra-x%2Fy": "1",
		});
		expect(headersOf(user, { as: "lee", asGroups: ["c"] })).toMatchObject({
			"Impersonate-User": "lee",
			"Impersonate-Group": "c",
		});
		expect(headersOf({}, {})).toEqual({});
	});

	it("takes an empty name for none", () => {
		expect(headersOf({}, { as: "" })).toEqual({});
		expect(headersOf({ as: "kim" }, { as: "" })).toEqual({ "Impersonate-User": "kim" });
		expect(() => headersOf({}, { as: "", asGroups: ["a"] })).toThrow(/give --as$/);
	});

	it("sends names in UTF-8", () => {
		const { "Impersonate-User": sent } = headersOf({}, { as: "Zoë" });
		expect(Buffer.from(String(sent), "latin1").toString("utf8")).toBe("Zoë");
		expect(sent).toHaveLength(4);
	});

	it("refuses what would break out of a header", () => {
		expect(() => headersOf({}, { as: "a\r\nAuthorization: b" })).toThrow(/Impersonate-User: expected text/);
	});
});
