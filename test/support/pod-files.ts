import { readlinkSync } from "node:fs";
import { execa } from "execa";
import { missingPrograms } from "./installed.ts";

/**
 * Puts a token and a certificate (`$2`, `$3`) where the kubelet puts them, then runs the rest. The place is the same on
 * every machine, so this happens in a mount namespace of its own, and is refused in that of the tests, `$1`.
 */
const IN_POD = `
own=$(readlink /proc/self/ns/mnt) || own=
case "$own $1" in
'mnt:['*'] mnt:['*']') ;;
*) own=$1 ;;
esac
if [ "$own" = "$1" ]; then
	echo "refused: this is the mount namespace of the tests" >&2
	exit 97
fi
set -e
mkdir -p /var/run
mount -t tmpfs none /var/run
secrets=/var/run/secrets/kubernetes.io/serviceaccount
mkdir -p $secrets
printf %s "$2" >$secrets/token
printf %s "$3" >$secrets/ca.crt
shift 3
exec "$@"
`;

/** Runs what follows with mounts that nobody else sees, as words. */
export const NEW_MOUNTS: readonly string[] = ["unshare", "--mount"];

/** Runs what follows with the files of a service account, as words; it is refused unless `NEW_MOUNTS` stand in front. */
export function withPodFiles(token: string, certificate: string): readonly string[] {
	return ["sh", "-c", IN_POD, "pod", readlinkSync("/proc/self/ns/mnt"), token, certificate];
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
