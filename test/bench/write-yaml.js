// @ts-check
import { readFileSync, writeFileSync } from "node:fs";
import yaml from "js-yaml";

/**
 * Writes the objects of a JSON file as `kubectl get -o yaml` prints them.
 *
 * @param {string} json
 * @param {string} output
 */
export function writeYAML(json, output) {
	const options = { lineWidth: -1, noArrayIndent: true, noRefs: true };
	writeFileSync(output, yaml.dump(JSON.parse(readFileSync(json, "utf8")), options));
}
