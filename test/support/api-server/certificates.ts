import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { missingPrograms } from "../installed.ts";

/** A certificate and its key, as files and as PEM. */
export interface KeyPair {
	readonly certFile: string;
	readonly keyFile: string;
	readonly cert: string;
	readonly key: string;
}

/** Everything the tests trust, and some things they must not. All in one folder that `remove` deletes. */
export interface Certificates {
	/** Holds the files; tests may put more into it. */
	readonly directory: string;
	readonly ca: KeyPair;
	/** For 127.0.0.1, ::1, localhost, and 0.0.0.0, which leads to this machine but is no loopback address. */
	readonly server: KeyPair;
	/** The same, but it expired yesterday. */
	readonly expiredServer: KeyPair;
	/** User `reader` of the group `viewers`. */
	readonly client: KeyPair;
	/** The same, but it expired yesterday. */
	readonly expiredClient: KeyPair;
	/** An authority that signed none of them. */
	readonly otherCa: KeyPair;
	remove(): void;
}

/** What kind of certificate; `-config` keeps the machine's own defaults out. */
const CONFIG = `
[req]
distinguished_name = name
[name]
[ca]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign
subjectKeyIdentifier = hash
[server]
basicConstraints = critical, CA:false
extendedKeyUsage = serverAuth
subjectAltName = IP:127.0.0.1, IP:::1, IP:0.0.0.0, DNS:localhost
[client]
basicConstraints = critical, CA:false
extendedKeyUsage = clientAuth
`;

const NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

/** Certificates for the tests of a file, which are gone after the last one. */
export function useCertificates(): Certificates {
	const certificates = makeCertificates();
	afterAll(certificates.remove);
	return certificates;
}

/** Makes them with the program openssl; throws when it is not installed. */
export function makeCertificates(): Certificates {
	if (missingPrograms(["openssl"]).length > 0) throw new Error("the tests need the program openssl (package openssl)");
	const directory = mkdtempSync(join(tmpdir(), "svcnat-certificates-"));
	writeFileSync(join(directory, "openssl.cnf"), CONFIG);
	const ca = selfSigned(directory, "ca", "/CN=kubernetes");
	const leaf = (file: string, subject: string, kind: "server" | "client", days = 2): KeyPair =>
		signed(directory, { file, subject, kind, days });
	return {
		directory,
		ca,
		server: leaf("server", "/CN=kube-apiserver", "server"),
		expiredServer: leaf("expired-server", "/CN=kube-apiserver", "server", -1),
		client: leaf("client", "/O=viewers/CN=reader", "client"),
		expiredClient: leaf("expired-client", "/O=viewers/CN=reader", "client", -1),
		otherCa: selfSigned(directory, "other-ca", "/CN=another"),
		remove: () => rmSync(directory, { recursive: true, force: true }),
	};
}

function selfSigned(directory: string, file: string, subject: string): KeyPair {
	const output = ["-keyout", `${file}.key`, "-out", `${file}.crt`];
	openssl(directory, ["req", "-x509", ...request(subject), "-extensions", "ca", "-days", "2", ...output]);
	return keyPair(directory, file);
}

interface Leaf {
	readonly file: string;
	readonly subject: string;
	readonly kind: "server" | "client";
	/** From now; below zero: it is over. */
	readonly days: number;
}

function signed(directory: string, { file, subject, kind, days }: Leaf): KeyPair {
	openssl(directory, ["req", "-new", ...request(subject), "-keyout", `${file}.key`, "-out", `${file}.csr`]);
	const signer = ["-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial"];
	const extensions = ["-extfile", "openssl.cnf", "-extensions", kind, "-days", String(days)];
	openssl(directory, ["x509", "-req", "-in", `${file}.csr`, ...signer, ...extensions, "-out", `${file}.crt`]);
	return keyPair(directory, file);
}

function request(subject: string): readonly string[] {
	return ["-config", "openssl.cnf", ...NEW_KEY, "-subj", subject];
}

function openssl(directory: string, args: readonly string[]): void {
	execFileSync("openssl", args, { cwd: directory, stdio: ["ignore", "ignore", "pipe"] });
}

function keyPair(directory: string, file: string): KeyPair {
	const certFile = join(directory, `${file}.crt`);
	const keyFile = join(directory, `${file}.key`);
	return { certFile, keyFile, cert: readFileSync(certFile, "utf8"), key: readFileSync(keyFile, "utf8") };
}
