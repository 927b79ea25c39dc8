import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import type { RequestOptions } from "node:https";
import { codeOf, Trouble } from "../trouble.ts";

/**
 * Finds certificates and keys that are none. TLS would pass over an authority that it cannot read, and call the server's
 * certificate unknown.
 *
 * @throws Trouble without a word of what was found
 */
export function checkCertificates({ ca, cert, key }: RequestOptions): void {
	if (ca !== undefined) readCertificate(ca, "certificate-authority");
	const certificate = cert === undefined ? undefined : readCertificate(cert, "client-certificate");
	const privateKey = key === undefined ? undefined : readKey(key);
	if (certificate === undefined && privateKey === undefined) return;
	if (certificate === undefined) throw new Trouble("client-key of the kubeconfig: there is no client-certificate");
	if (privateKey === undefined) throw new Trouble("client-certificate of the kubeconfig: there is no client-key");
	if (!certificate.checkPrivateKey(privateKey)) {
		throw new Trouble("client-key of the kubeconfig: it belongs to another certificate than client-certificate");
	}
}

function readCertificate(pem: unknown, field: string): X509Certificate {
	try {
		return new X509Certificate(bytesOf(pem));
	} catch {
		throw new Trouble(`${field} of the kubeconfig: expected a certificate in PEM form`);
	}
}

function readKey(pem: unknown): KeyObject {
	try {
		return createPrivateKey(bytesOf(pem));
	} catch (error) {
		const isLocked = codeOf(error) === "ERR_MISSING_PASSPHRASE";
		const found = isLocked ? "without a passphrase, found one with" : "in PEM form";
		throw new Trouble(`client-key of the kubeconfig: expected a private key ${found}`);
	}
}

function bytesOf(pem: unknown): Buffer {
	return Buffer.isBuffer(pem) ? pem : Buffer.from(String(pem));
}
