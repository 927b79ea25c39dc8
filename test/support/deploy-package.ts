import { join } from "node:path";
import { execa } from "execa";

/**
 * Fetches one of Debian's packages, without installing it: nothing is started, nothing of the machine changes.
 *
 * @param directory an empty one
 * @returns the directory with its files
 */
export async function fetchPackage(name: string, directory: string): Promise<string> {
	const script = 'cd "$0" && apt-get download "$1" && dpkg-deb --extract "$1"_*.deb files';
	await execa("sh", ["-c", script, directory, name]);
	return join(directory, "files");
}
