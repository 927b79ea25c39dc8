import { execa } from "execa";
import { missingPrograms } from "./installed.ts";
import { guarded } from "./namespace.ts";

/**
 * Puts a token and a certificate (`$1`, `$2`) where the kubelet puts them, then runs the rest. The place is the same on
 * every machine, so this happens in a mount namespace of its own.
 */
const IN_POD = `
set -e
mkdir -p /var/run
mount -t tmpfs none /var/run
secrets=/var/run/secrets/kubernetes.io/serviceaccount
mkdir -p $secrets
printf %s "$1" >$secrets/token
printf %s "$2" >$secrets/ca.crt
shift 2
exec "$@"
`;

/** Runs what follows with mounts that nobody else sees, as words. */
export const NEW_MOUNTS: readonly string[] = ["unshare", "--mount"];

/** Runs what follows with the files of a service account, as words; it is refused unless `NEW_MOUNTS` stand in front. */
export function withPodFiles(token: string, certificate: string): readonly string[] {
	return guarded(IN_POD, "mnt", [token, certificate]);
}

/** What the kubelet tells a container of the API server, and no kubeconfig. */
export function podEnvironment(port: number): Readonly<Record<string, string>> {
	return { KUBERNETES_SERVICE_HOST: "127.0.0.1", KUBERNETES_SERVICE_PORT: String(port), HOME: "/nonexistent" };
}

/** Why there are no such mounts here; undefined: there can be. */
export async function mountProblem(): Promise<string | undefined> {
	if (process.getuid?.() !== 0) return "not root";
	const missing = missingPrograms(["unshare", "mount", "readlink"]);
	if (missing.length > 0) return `not installed: ${missing.join(", ")}`;
	const [program = "", ...args] = [...NEW_MOUNTS, "true"];
	const { failed, stderr } = await execa(program, args, { reject: false });
	return failed ? `no mount namespace: ${stderr}` : undefined;
}
