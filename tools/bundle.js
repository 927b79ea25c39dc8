// @ts-check
// Puts the command line into few files: loading many takes longer than what most commands do.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "rolldown";

/** What is loaded by its name: by bin/svcnat.js, and as a thread. */
const ENTRIES = ["main", "whole-output", "all-nodes-thread"];

/** Large, and loaded only by commands that start programs or ask a cluster. */
const STAY_OUTSIDE = [/^node:/, "@kubernetes/client-node", "execa"];

await build({
	input: Object.fromEntries(ENTRIES.map((name) => [name, `src/cli/${name}.ts`])),
	platform: "node",
	external: STAY_OUTSIDE,
	resolve: { alias: { "string-width": fileURLToPath(new URL("plain-width.js", import.meta.url)) } },
	// Names stay as they are, so that whoever reports an internal error can show where it was.
	output: { dir: "dist/bundle", minify: { compress: true, mangle: false, codegen: true }, cleanDir: true },
	plugins: [{ name: "licenses", generateBundle: emitLicenses }],
});

/**
 * The licences of the packages whose code is in the bundle ask to be kept with it.
 *
 * @this {import("rolldown").PluginContext}
 * @param {unknown} _options
 * @param {import("rolldown").OutputBundle} bundle
 */
function emitLicenses(_options, bundle) {
	const files = Object.values(bundle).flatMap((one) => (one.type === "chunk" ? one.moduleIds : []));
	const folders = new Set(files.flatMap((file) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []));
	const texts = [...folders].sort().map((folder) => `${headOf(folder)}\n\n${licenseOf(folder)}`);
	this.emitFile({ type: "asset", fileName: "LICENSES.txt", source: texts.join(`\n${"-".repeat(80)}\n\n`) });
}

/** @param {string} folder of a package */
function headOf(folder) {
	const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
	return `${name} ${version} (${license})`;
}

/** @param {string} folder of a package */
function licenseOf(folder) {
	const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
	if (file === undefined) throw new Error(`${folder}: expected a licence, found none`);
	return readFileSync(join(folder, file), "utf8").trimEnd();
}
