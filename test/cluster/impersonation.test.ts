import { describe, expect, it } from "vitest";
import { useCertificates } from "../support/api-server/certificates.ts";
import { kubeconfigOf, writeKubeconfig } from "../support/api-server/kubeconfig.ts";
import {
	clusterOf,
	dumpFiles,
	dumpHere,
	expectResult,
	expectTrouble,
	READER,
	SHOP,
	serve,
} from "../support/api-server/live-run.ts";
import { readRules } from "../support/api-server/rbac.ts";
import { READER_RULES, type User } from "../support/api-server/users.ts";

const certificates = useCertificates();

const shop = await dumpFiles(SHOP);

describe("impersonation", () => {
	const JANE: User = { name: "jane", rules: READER_RULES };
	const ACTING: User = {
		...READER,
		rules: [
			{ apiGroups: [""], resources: ["users"], verbs: ["impersonate"], resourceNames: ["jane"] },
			{ apiGroups: [""], resources: ["groups"], verbs: ["impersonate"], resourceNames: ["shop", "ops"] },
		],
	};

	it("acts as the user and groups of --as and --as-group in every request", async () => {
		const { server, kubeconfig } = await serve(certificates, { users: [ACTING, JANE] });
		const options = ["--as", "jane", "--as-group", "shop", "--as-group", "ops"];
		expectResult(await dumpHere(kubeconfig, options), shop);
		expect(server.received.length).toBeGreaterThan(3);
		for (const { who } of server.received) {
			expect(who).toEqual({ name: "jane", impersonatedBy: READER.name, impersonatedGroups: ["shop", "ops"] });
		}
	});

	it("acts as the kubeconfig says", async () => {
		const { server, folder } = await serve(certificates, { users: [ACTING, JANE] });
		const user = { token: READER.token, as: "jane" };
		const file = writeKubeconfig(folder, kubeconfigOf({ cluster: clusterOf(certificates, server.url), user }));
		const run = await dumpHere(file);
		expectResult(run, shop);
		expect(new Set(server.received.map(({ who }) => who?.name))).toEqual(new Set(["jane"]));
	});

	it("says that it is not allowed (403)", async () => {
		const { kubeconfig } = await serve(certificates, { users: [ACTING, JANE] });
		const run = await dumpHere(kubeconfig, ["--as", "root"]);
		expectTrouble(run, "error: missing right: impersonate users root\n", 'users "root" is forbidden', "svcnat-as");
		const [rule, ...others] = readRules(run.stderr);
		expect(rule).toEqual({ apiGroups: [""], resources: ["users"], resourceNames: ["root"], verbs: ["impersonate"] });
		expect(others).toEqual([]);
		const group = await dumpHere(kubeconfig, ["--as", "jane", "--as-group", "shop", "--as-group", "root"]);
		expectTrouble(group, "error: missing right: impersonate groups root\n");
		expect(readRules(group.stderr).flatMap(({ resourceNames }) => resourceNames)).toEqual(["jane", "shop", "root"]);
	});

	it("wants a user for groups", async () => {
		const { kubeconfig } = await serve(certificates);
		expectTrouble(await dumpHere(kubeconfig, ["--as-group", "ops"]), "--as");
	});
});
