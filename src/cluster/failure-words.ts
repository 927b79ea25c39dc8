import { codeOf, reasonOf, Trouble } from "../trouble.ts";
import type { Access } from "./access.ts";
import type { Connection } from "./connection.ts";

/** A request that got no answer, in words; what can be done about it below. */
export function connectionError(error: unknown, { access, proxy }: Connection): Trouble {
	const code = codeOf(error);
	const where = `${access.server.host}${proxy === undefined ? "" : ` through the proxy ${proxy}`}`;
	const known = WORDS[code] ?? tlsWords(code) ?? answerWords(code);
	if (known !== undefined) return new Trouble(`${where}: ${known.what}`, known.below);
	const answer = error instanceof Error ? /^Bad response: (\d{3})$/.exec(error.message)?.[1] : undefined;
	if (proxy !== undefined && answer !== undefined) {
		const why = answer === "407" ? ": it wants a user name and password (http://USER:PASSWORD@HOST)" : "";
		return new Trouble(`${where}: the proxy refused with ${answer}${why}`);
	}
	// Messages of TLS and of proxies name addresses and certificates, never what was sent.
	return new Trouble(`${where}: no connection: ${reasonOf(error)}`);
}

interface Words {
	readonly what: string;
	readonly below: readonly string[];
}

const UNKNOWN_CA: Words = {
	what: "its certificate is signed by an authority that is not known here",
	below: [
		"give it as certificate-authority of the cluster in the kubeconfig, or as NODE_EXTRA_CA_CERTS=FILE;",
		"--insecure-skip-tls-verify does without, and trusts whoever answers",
	],
};

const WORDS: Readonly<Record<string, Words>> = {
	ECONNREFUSED: { what: "connection refused: nothing listens there", below: [] },
	EHOSTUNREACH: { what: "no route to it: is the VPN up?", below: [] },
	ENETUNREACH: { what: "no route to its network: is the VPN up?", below: [] },
	ENOTFOUND: { what: "no such name in DNS: is the VPN up?", below: [] },
	ETIMEDOUT: { what: "no answer to the attempt to connect: is the VPN up?", below: [] },
	SELF_SIGNED_CERT_IN_CHAIN: UNKNOWN_CA,
	DEPTH_ZERO_SELF_SIGNED_CERT: UNKNOWN_CA,
	UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN_CA,
	UNABLE_TO_GET_ISSUER_CERT: UNKNOWN_CA,
	UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN_CA,
	CERT_SIGNATURE_FAILURE: UNKNOWN_CA,
	CERT_HAS_EXPIRED: { what: "its certificate has expired (or the clock here is wrong)", below: [] },
	CERT_NOT_YET_VALID: { what: "its certificate is not valid yet (or the clock here is wrong)", below: [] },
	ERR_TLS_CERT_ALTNAME_INVALID: {
		what: "its certificate is for other names",
		below: ["tls-server-name of the cluster in the kubeconfig says which name to expect"],
	},
	EPROTO: { what: "what answers does not speak TLS: is it http://, or a proxy?", below: [] },
};

function tlsWords(code: string): Words | undefined {
	if (code.startsWith("ERR_SSL_") && code.includes("ALERT")) {
		return { what: `it refused the client certificate of the kubeconfig, or the lack of one (${code})`, below: [] };
	}
	if (code === "ERR_SSL_WRONG_VERSION_NUMBER") return WORDS["EPROTO"];
	if (code.startsWith("ERR_OSSL_")) {
		return {
			what: `a certificate or key of the kubeconfig is broken, or they do not belong together (${code})`,
			below: [],
		};
	}
	return undefined;
}

/** What came is no answer. */
function answerWords(code: string): Words | undefined {
	if (code.startsWith("HPE_")) {
		return { what: `what answers does not keep to HTTP (${code}): is it an API server?`, below: [] };
	}
	if (!code.startsWith("Z_")) return undefined;
	return { what: `its answer is said to be compressed by gzip, and cannot be unpacked (${code})`, below: [] };
}

/** Credentials that the server does not take. */
export function refusedCredentials({ context, userName, server, user }: Access, message: string): Trouble {
	const whose = userName === "" ? "a request without a user" : `the credentials of user ${userName}`;
	const where = context === undefined ? "" : ` (context ${context})`;
	const below = server.protocol === "http:" && Object.keys(user).length > 0 ? ["over http:// none are sent"] : [];
	return new Trouble(`${server.host} refuses ${whose}${where}: 401 ${message}`.trimEnd(), below);
}
