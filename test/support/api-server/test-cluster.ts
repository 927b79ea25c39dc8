import { startApiServer } from "./api-server.ts";
import { type Certificates, makeCertificates } from "./certificates.ts";
import { NOBODY, READER, SHOP_OBJECTS } from "./live-run.ts";
import type { User } from "./users.ts";

/** An API server with the example's objects, ours or a real one, for tests that hold for both. */
export interface TestCluster {
	/** `https://HOST:PORT`. */
	readonly url: string;
	readonly certificates: Certificates;
	readonly admin: User;
	stop(): Promise<void>;
}

/** Somebody who may read everything and act as anybody. */
export const ADMIN: User = {
	name: "admin",
	token: "admin-token-1d0e88f6b3a94c27",
	rules: [
		{
			apiGroups: ["", "discovery.k8s.io", "networking.k8s.io"],
			resources: ["services", "endpointslices", "nodes", "servicecidrs", "configmaps", "users", "groups"],
			verbs: ["list", "get", "impersonate"],
		},
	],
};

/** The tests' own server. */
export async function startOwnCluster(): Promise<TestCluster> {
	const certificates = makeCertificates();
	const users = [ADMIN, READER, NOBODY];
	const server = await startApiServer({ certificates, objects: SHOP_OBJECTS, users });
	const stop = async (): Promise<void> => {
		await server.close();
		certificates.remove();
	};
	return { url: server.url, certificates, admin: ADMIN, stop };
}
