import type { Options } from "yargs";
import { REPEATABLE } from "./repeatable.ts";

/** Option group of the help text. */
const LIVE = "Live cluster (without -f):";

/** Which cluster is read, as with kubectl. */
export const liveOptions = {
	kubeconfig: {
		group: LIVE,
		type: "string",
		requiresArg: true,
		describe: "Default: $KUBECONFIG, ~/.kube/config, the pod's service account",
	},
	context: { group: LIVE, type: "string", requiresArg: true, describe: "Default: the current one" },
	as: { group: LIVE, type: "string", requiresArg: true, describe: "User to impersonate" },
	"as-group": { group: LIVE, ...REPEATABLE, describe: "Group to impersonate; repeatable" },
	"request-timeout": {
		group: LIVE,
		type: "string",
		requiresArg: true,
		describe: "How long one request may take (30s, 2m); 0: for ever. Default: 10m, and 1m without a byte",
	},
	"insecure-skip-tls-verify": { group: LIVE, type: "boolean", describe: "Believe whoever answers" },
	"kube-proxy-configmap": {
		group: LIVE,
		type: "string",
		requiresArg: true,
		describe: "NAMESPACE/NAME[:KEY] with kube-proxy's configuration. Default: kube-system/kube-proxy:config.conf",
	},
} as const satisfies Record<string, Options>;

/** What narrows a cluster, where less than everything can be of use. */
export const onlyOptions = {
	only: { group: LIVE, type: "boolean", describe: "Read only what -n and -l name: the rules are then those of a part" },
	selector: {
		alias: "l",
		group: LIVE,
		type: "string",
		requiresArg: true,
		describe: "dump -o json, diff: only Services with these labels (a=b,c!=d,e in (f,g)). With --only: what is read",
	},
} as const satisfies Record<string, Options>;
